import Testing

@testable import penstock

@Suite struct MountTests {
    @Test(arguments: [
        (["/bin/penstock", "ls", "-l", "smb://h"], ["ls", "-l", "smb://h"]),
        (["/sbin/mount.penstock", "smb://h/s", "/m"], ["mount", "smb://h/s", "/m"]),
        (
            [
                "mount.penstock", "smb://h/s", "/m", "-s", "-o",
                "rw,noauto,_netdev,x-systemd.automount",
            ],
            ["mount", "smb://h/s", "/m"]
        ),
        (
            ["mount.penstock", "smb://h/s", "/m", "-o", "ro,soft,timeo=300,credentials=/etc/c"],
            ["mount", "--read-only", "--soft", "--deadline", "30", "--credentials", "/etc/c"]
                + ["smb://h/s", "/m"]
        ),
        (
            ["mount.penstock", "smb://h/s", "/m", "-o", "allow_other,read_ahead=4M,odd"],
            ["mount", "--allow-other", "--read-ahead", "4M", "--odd", "smb://h/s", "/m"]
        ),
        (["mount.penstock", "-o"], ["mount"]),
    ])
    func mountHelperSpeaksAsTheCommandDoes(words: [String], arguments: [String]) {
        #expect(MountHelper.arguments(of: words) == arguments)
    }

    @Test func aTableOfMountsTellsOurs() {
        let line = "smb://h/s /mnt/with\\040space fuse.penstock rw,nosuid 0 0"
        let entry = MountList.entry(line[...])
        #expect(entry == MountList.Entry(source: "smb://h/s", directory: "/mnt/with space"))
        #expect(MountList.entry("//h/s /mnt cifs rw 0 0") == nil)
        #expect(MountList.entry("") == nil)
        #expect(MountList.entry("a /b\\0 fuse.penstock rw 0 0")?.directory == "/b\\0")
    }
}
