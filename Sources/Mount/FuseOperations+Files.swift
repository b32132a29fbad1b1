internal import CFUSE
internal import Client
internal import Glibc

/// Open files and folders.
extension FuseOperations {
    static func addFiles(_ operations: inout fuse_lowlevel_ops) {
        unsafe operations.create = { request, parent, name, mode, info in
            let flags = unsafe info?.pointee.flags ?? 0
            unsafe FuseOperations.named(request, name) { mounted, request, name in
                let (node, handle) = try await mounted.create(
                    UInt64(parent),
                    name,
                    mode: mode,
                    flags: flags
                )
                if !request.answer(entry: mounted.entry(node), handle: handle) {
                    FuseOperations.table(mounted, forgets: node)
                    try await mounted.release(handle)
                }
            }
        }
        unsafe operations.open = { request, identifier, info in
            let flags = unsafe info?.pointee.flags ?? 0
            unsafe FuseRequest.start(request) { mounted, request in
                let node = try mounted.node(UInt64(identifier))
                let (handle, keepsCache) = try await mounted.open(node, flags: flags)
                if !request.answer(handle: handle, keepsCache: keepsCache) {
                    try await mounted.release(handle)
                }
            }
        }
        unsafe operations.release = { request, _, info in
            let handle = unsafe info?.pointee.fh ?? .max
            unsafe FuseRequest.start(request) { mounted, request in
                try await mounted.release(handle)
                request.succeed()
            }
        }
        // Everything written is at the server already; an error came with its write.
        unsafe operations.flush = { request, _, _ in
            unsafe FuseRequest.start(request) { _, request in request.succeed() }
        }
        unsafe operations.fsync = { request, _, _, info in
            let handle = unsafe info?.pointee.fh ?? .max
            unsafe FuseRequest.start(request) { mounted, request in
                try await mounted.handle(handle).file.flush()
                request.succeed()
            }
        }
        addData(&operations)
    }

    private static func table(_ mounted: MountedShare, forgets node: Node) {
        mounted.table.forget(node.identifier, 1)
    }

    private static func addData(_ operations: inout fuse_lowlevel_ops) {
        unsafe operations.read = { request, _, count, offset, info in
            let handle = unsafe info?.pointee.fh ?? .max
            unsafe FuseRequest.start(request) { mounted, request in
                guard offset >= 0, count <= MountOptions.requestByteCountMax else {
                    throw MountErrno(EINVAL)
                }
                let open = try mounted.handle(handle)
                let block = mounted.blocks.take()
                defer { mounted.blocks.give(block) }
                let got = try await mounted.read(open, at: UInt64(offset), count: count, block)
                request.answer(block, count: got)
            }
        }
        unsafe operations.write = { request, _, bytes, count, offset, info in
            let handle = unsafe info?.pointee.fh ?? .max
            guard let (block, start) = unsafe FuseOperations.keepBlock(request, bytes) else {
                return
            }
            unsafe FuseRequest.start(request) { mounted, request in
                defer { mounted.blocks.give(block) }
                guard offset >= 0 else { throw MountErrno(EINVAL) }
                let open = try mounted.handle(handle)
                try await mounted.write(open, at: UInt64(offset), block, start, count: count)
                request.answer(writtenCount: count)
            }
        }
    }

    /// Takes over the block that the request was received into; where in it the bytes lie.
    private static func keepBlock(
        _ request: fuse_req_t?,
        _ bytes: UnsafePointer<CChar>?
    ) -> (Block, Int)? {
        guard let request = unsafe request, let pointer = unsafe fuse_req_userdata(request)
        else { return nil }
        let mounted = unsafe Unmanaged<MountedShare>.fromOpaque(pointer).takeUnretainedValue()
        guard let block = mounted.receiving, let base = unsafe block.memory.baseAddress,
            let bytes = unsafe bytes
        else {
            unsafe fuse_reply_err(request, EIO)
            return nil
        }
        mounted.receiving = nil
        return unsafe (block, UnsafeRawPointer(bytes) - UnsafeRawPointer(base))
    }

    static func addFolders(_ operations: inout fuse_lowlevel_ops) {
        unsafe operations.opendir = { request, identifier, _ in
            unsafe FuseRequest.start(request) { mounted, request in
                let handle = mounted.openFolder(try mounted.node(UInt64(identifier)))
                if !request.answer(handle: handle, keepsCache: false) {
                    mounted.closeFolder(handle)
                }
            }
        }
        unsafe operations.releasedir = { request, _, info in
            let handle = unsafe info?.pointee.fh ?? .max
            unsafe FuseRequest.start(request) { mounted, request in
                mounted.closeFolder(handle)
                request.succeed()
            }
        }
        unsafe operations.fsyncdir = { request, _, _, _ in
            unsafe FuseRequest.start(request) { _, request in request.succeed() }
        }
        unsafe operations.readdir = { request, _, count, offset, info in
            unsafe FuseOperations.list(request, count, offset, info, withAttributes: false)
        }
        unsafe operations.readdirplus = { request, _, count, offset, info in
            unsafe FuseOperations.list(request, count, offset, info, withAttributes: true)
        }
    }

    private static func list(
        _ request: fuse_req_t?,
        _ count: Int,
        _ offset: off_t,
        _ info: UnsafeMutablePointer<fuse_file_info>?,
        withAttributes: Bool
    ) {
        let handle = unsafe info?.pointee.fh ?? .max
        unsafe FuseRequest.start(request) { mounted, request in
            guard offset >= 0 else { throw MountErrno(EINVAL) }
            try await mounted.list(
                handle,
                from: offset,
                byteCount: count,
                withAttributes: withAttributes,
                request
            )
        }
    }
}
