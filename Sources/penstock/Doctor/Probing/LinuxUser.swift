#if os(Linux)
    import Glibc

    /// Who runs this program, as limits.conf(5) knows users and groups.
    struct LinuxUser {
        private static let groupCountMax: Int32 = 256

        var name: String
        var groups: Set<String>

        static func current() -> LinuxUser {
            let number = geteuid()
            guard let entry = unsafe getpwuid(number) else {
                return LinuxUser(name: "\(number)", groups: [])
            }
            var numbers = [gid_t](repeating: 0, count: Int(groupCountMax))
            let count = unsafe getgroups(groupCountMax, &numbers)
            var all = Array(numbers.prefix(Int(max(0, count))))
            all.append(getegid())
            let name = unsafe String(cString: entry.pointee.pw_name)
            let groups = all.compactMap { number -> String? in
                guard let group = unsafe getgrgid(number) else { return nil }
                return unsafe String(cString: group.pointee.gr_name)
            }
            return LinuxUser(name: name, groups: Set(groups))
        }
    }
#endif
