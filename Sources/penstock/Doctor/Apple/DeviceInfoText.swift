/// Reads what `ibv_devinfo` prints.
enum DeviceInfoText {
    static func devices(in text: String) -> [AppleFacts.Device] {
        var devices: [AppleFacts.Device] = []
        for line in text.split(separator: "\n") {
            let words = line.split(whereSeparator: \.isWhitespace)
            guard words.count >= 2 else { continue }
            if words[0] == "hca_id:" {
                devices.append(
                    .init(name: String(words[1]), isActive: false, state: "without a port")
                )
            } else if words[0] == "state:", let last = devices.indices.last {
                // One active port makes the device usable.
                guard !devices[last].isActive else { continue }
                devices[last].state = String(words[1])
                devices[last].isActive = words[1] == "PORT_ACTIVE"
            }
        }
        return devices
    }
}
