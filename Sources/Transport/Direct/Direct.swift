internal import Verbs

/// Whether this machine can do SMB Direct.
public enum Direct {
    /// Whether there is a device with a port that is up. Asks the devices: not on a reactor's
    /// thread.
    public static var isAvailable: Bool {
        DeviceList.devices().contains { device in
            device.fabric != .other && device.ports.contains { $0.isActive }
        }
    }
}
