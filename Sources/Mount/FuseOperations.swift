internal import CFUSE
internal import Client
internal import Glibc

/// The functions that libfuse calls for requests of the kernel, on the thread that reads them.
/// Each hands its request to a task and returns.
enum FuseOperations {
    static func table() -> fuse_lowlevel_ops {
        var operations = fuse_lowlevel_ops()
        addSession(&operations)
        addNodes(&operations)
        addNames(&operations)
        addFiles(&operations)
        addFolders(&operations)
        return operations
    }

    /// A name or a path of the kernel, which need not be UTF-8; everything on a share is.
    static func text(_ pointer: UnsafePointer<CChar>?) -> String? {
        guard let pointer = unsafe pointer else { return nil }
        return unsafe String(validatingCString: pointer)
    }

    /// The same, or the answer that there is no such name.
    static func named(
        _ request: fuse_req_t?,
        _ pointer: UnsafePointer<CChar>?,
        _ body: @escaping @Sendable (MountedShare, FuseRequest, String) async throws -> Void
    ) {
        let name = unsafe text(pointer)
        unsafe FuseRequest.start(request) { mounted, request in
            guard let name else { throw MountErrno(EILSEQ) }
            try await body(mounted, request, name)
        }
    }

    private static func addSession(_ operations: inout fuse_lowlevel_ops) {
        unsafe operations.`init` = { _, connection in
            guard let connection = unsafe connection else { return }
            unsafe connection.pointee.max_write = UInt32(MountOptions.requestByteCountMax)
            // Must be what the option of the same name says.
            unsafe connection.pointee.max_read = UInt32(MountOptions.requestByteCountMax)
            unsafe connection.pointee.max_background = UInt32(MountOptions.backgroundCountMax)
            // Truncating keeps extended attributes and streams where overwriting does not. Data is
            // received into our own blocks. The kernel takes set-user-ID bits away itself.
            let unwanted =
                FUSE_CAP_ATOMIC_O_TRUNC | FUSE_CAP_SPLICE_READ | FUSE_CAP_SPLICE_WRITE
                | FUSE_CAP_SPLICE_MOVE | FUSE_CAP_HANDLE_KILLPRIV | FUSE_CAP_WRITEBACK_CACHE
            unsafe connection.pointee.want &= ~UInt32(bitPattern: unwanted)
        }
        unsafe operations.statfs = { request, _ in
            unsafe FuseRequest.start(request) { mounted, request in
                request.answer(volume: try await mounted.volume())
            }
        }
    }

    private static func addNodes(_ operations: inout fuse_lowlevel_ops) {
        unsafe operations.lookup = { request, parent, name in
            unsafe FuseOperations.named(request, name) { mounted, request, name in
                let node = try await mounted.lookUp(UInt64(parent), name)
                mounted.answer(request, with: node)
            }
        }
        unsafe operations.forget = { request, node, count in
            unsafe FuseOperations.forget(request, [(UInt64(node), count)])
        }
        unsafe operations.forget_multi = { request, count, list in
            var forgotten: [(UInt64, UInt64)] = []
            for index in 0..<count {
                guard let list = unsafe list else { break }
                forgotten.append(unsafe (UInt64(list[index].ino), list[index].nlookup))
            }
            unsafe FuseOperations.forget(request, forgotten)
        }
        unsafe operations.getattr = { request, identifier, _ in
            unsafe FuseRequest.start(request) { mounted, request in
                let node = try mounted.node(UInt64(identifier))
                try await mounted.refresh(node)
                request.answer(
                    attributes: mounted.attributes(of: node),
                    validFor: mounted.options.attributeSeconds
                )
            }
        }
        unsafe operations.setattr = { request, identifier, attributes, what, info in
            guard let attributes = unsafe attributes else { return }
            let change = unsafe NodeChange(attributes.pointee, what)
            let handle: UInt64? = unsafe info.map { unsafe $0.pointee.fh }
            unsafe FuseRequest.start(request) { mounted, request in
                let node = try mounted.node(UInt64(identifier))
                try await mounted.change(node, change, handle: handle)
                request.answer(
                    attributes: mounted.attributes(of: node),
                    validFor: mounted.options.attributeSeconds
                )
            }
        }
        unsafe operations.readlink = { request, identifier in
            unsafe FuseRequest.start(request) { mounted, request in
                let node = try mounted.node(UInt64(identifier))
                request.answer(target: try await mounted.target(of: node))
            }
        }
    }

    /// The kernel waits for no answer to this.
    private static func forget(_ request: fuse_req_t?, _ forgotten: [(UInt64, UInt64)]) {
        guard let request = unsafe request, let pointer = unsafe fuse_req_userdata(request)
        else { return }
        let mounted = unsafe Unmanaged<MountedShare>.fromOpaque(pointer).takeUnretainedValue()
        Task(executorPreference: mounted.executor) {
            for (node, count) in forgotten { mounted.table.forget(node, count) }
        }
        unsafe fuse_reply_none(request)
    }

    private static func addNames(_ operations: inout fuse_lowlevel_ops) {
        unsafe operations.mkdir = { request, parent, name, mode in
            unsafe FuseOperations.named(request, name) { mounted, request, name in
                let node = try await mounted.makeFolder(UInt64(parent), name, mode: mode)
                mounted.answer(request, with: node)
            }
        }
        unsafe operations.unlink = { request, parent, name in
            unsafe FuseOperations.named(request, name) { mounted, request, name in
                try await mounted.remove(UInt64(parent), name, isFolder: false)
                request.succeed()
            }
        }
        unsafe operations.rmdir = { request, parent, name in
            unsafe FuseOperations.named(request, name) { mounted, request, name in
                try await mounted.remove(UInt64(parent), name, isFolder: true)
                request.succeed()
            }
        }
        unsafe operations.symlink = { request, target, parent, name in
            let target = unsafe FuseOperations.text(target)
            unsafe FuseOperations.named(request, name) { mounted, request, name in
                guard let target else { throw MountErrno(EILSEQ) }
                let node = try await mounted.makeLink(UInt64(parent), name, target: target)
                mounted.answer(request, with: node)
            }
        }
        unsafe operations.link = { request, identifier, parent, name in
            unsafe FuseOperations.named(request, name) { mounted, request, name in
                let node = try mounted.node(UInt64(identifier))
                let named = try await mounted.makeName(node, UInt64(parent), name)
                mounted.answer(request, with: named)
            }
        }
        unsafe operations.rename = { request, parent, name, newParent, newName, flags in
            let newName = unsafe FuseOperations.text(newName)
            unsafe FuseOperations.named(request, name) { mounted, request, name in
                guard let newName else { throw MountErrno(EILSEQ) }
                try await mounted.rename(
                    UInt64(parent),
                    name,
                    to: UInt64(newParent),
                    newName,
                    flags: flags
                )
                request.succeed()
            }
        }
    }
}
