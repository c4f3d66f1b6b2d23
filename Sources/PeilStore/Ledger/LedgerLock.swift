import Glibc

/// One run at a time changes a study's ledger. The kernel keeps the lock, so a killed run leaves none behind.
public struct LedgerLock: ~Copyable {
    private let lock: FolderLock

    /// Throws `.busy` at once when another run holds it, and `.networkFolder` where locks cannot be trusted.
    public init(_ folder: String) throws(StoreError) {
        try Self.refuseNetwork(folder)
        lock = try FolderLock(folder, name: "ledger.lock")
    }

    /// NFS, SMB and their like: a lock there may be held twice. Where the kernel does not say what the disk is, it is taken for
    /// one of this machine.
    private static func refuseNetwork(_ folder: String) throws(StoreError) {
        var facts = stat()
        guard unsafe stat(folder, &facts) == 0 else { throw SystemFailure.last.whileReading(folder) }
        let device = "\(deviceMajor(facts.st_dev)):\(deviceMinor(facts.st_dev))"
        guard let mounts = try? DurableFile.readEndless("/proc/self/mountinfo") else { return }
        for line in String(decoding: mounts, as: UTF8.self).split(separator: "\n") {
            // 36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw
            let words = line.split(separator: " ")
            guard words.count > 4, words[2] == device, let dash = words.firstIndex(of: "-"), dash + 1 < words.count
            else { continue }
            if networkDisks.contains(String(words[dash + 1])) { throw .networkFolder(path: folder) }
        }
    }

    private static let networkDisks: Set<String> = [
        "nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ceph", "glusterfs", "lustre", "fuse.sshfs", "fuse.glusterfs"
    ]

    private static func deviceMajor(_ device: dev_t) -> UInt { (device >> 8 & 0xFFF) | (device >> 32 & ~0xFFF) }
    private static func deviceMinor(_ device: dev_t) -> UInt { (device & 0xFF) | (device >> 12 & ~0xFF) }
}
