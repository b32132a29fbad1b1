internal import CCrypto

/// AES-CCM or AES-GCM with one key in one direction, in place, over one kept context.
@safe final class AEADContext {
    private let context: OpaquePointer
    private let algorithm: CipherAlgorithm
    private let direction: Int32
    /// CCM takes a message in one piece only; one in two pieces goes through here.
    private var joined: [UInt8] = []

    init(algorithm: CipherAlgorithm, key: [UInt8], isSealing: Bool) throws(CryptoError) {
        self.algorithm = algorithm
        direction = isSealing ? 1 : 0
        let cipher =
            switch algorithm {
            case .aes128CCM: unsafe EVP_aes_128_ccm()
            case .aes128GCM: unsafe EVP_aes_128_gcm()
            case .aes256CCM: unsafe EVP_aes_256_ccm()
            case .aes256GCM: unsafe EVP_aes_256_gcm()
            }
        guard key.count == algorithm.keyCount,
            let context = unsafe penstock_aead_new(
                cipher,
                key,
                Int32(algorithm.nonceCount),
                algorithm.isCCM ? 1 : 0,
                direction
            )
        else { throw .unusableKey }
        unsafe self.context = context
    }

    deinit { unsafe EVP_CIPHER_CTX_free(context) }

    /// Encrypts both pieces as one message and returns its tag, or nil when libcrypto refuses.
    func seal(
        nonce: UnsafeRawPointer,
        additional: UnsafeRawBufferPointer,
        _ first: UnsafeMutableRawBufferPointer,
        _ second: UnsafeMutableRawBufferPointer
    ) -> UInt128? {
        unsafe EVP_CipherInit_ex(context, nil, nil, nil, nonce, direction)
        guard unsafe transform(additional, first, second) else { return nil }
        var tag: UInt128 = 0
        unsafe withUnsafeMutableBytes(of: &tag) { output in
            var count: Int32 = 0
            unsafe EVP_CipherFinal_ex(context, nil, &count)
            unsafe EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, 16, output.baseAddress)
        }
        return UInt128(littleEndian: tag)
    }

    /// Decrypts both pieces and says whether they, and the additional data, belong to `tag`.
    func open(
        nonce: UnsafeRawPointer,
        additional: UnsafeRawBufferPointer,
        tag: UInt128,
        _ first: UnsafeMutableRawBufferPointer,
        _ second: UnsafeMutableRawBufferPointer
    ) -> Bool {
        var expected = tag.littleEndian
        unsafe withUnsafeMutableBytes(of: &expected) { bytes in
            // CCM wants the tag before the nonce, GCM does not mind.
            unsafe EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, 16, bytes.baseAddress)
            unsafe EVP_CipherInit_ex(context, nil, nil, nil, nonce, direction)
        }
        guard unsafe transform(additional, first, second) else { return false }
        if algorithm.isCCM { return true }  // checked by the update itself
        var count: Int32 = 0
        return unsafe EVP_CipherFinal_ex(context, nil, &count) == 1
    }

    private func transform(
        _ additional: UnsafeRawBufferPointer,
        _ first: UnsafeMutableRawBufferPointer,
        _ second: UnsafeMutableRawBufferPointer
    ) -> Bool {
        var count: Int32 = 0
        let isJoined = algorithm.isCCM && first.count > 0 && second.count > 0
        if algorithm.isCCM {
            let total = Int32(first.count + second.count)
            guard unsafe EVP_CipherUpdate(context, nil, &count, nil, total) == 1 else {
                return false
            }
        }
        if additional.count > 0 {
            guard
                unsafe EVP_CipherUpdate(
                    context,
                    nil,
                    &count,
                    additional.baseAddress,
                    Int32(additional.count)
                ) == 1
            else { return false }
        }
        if isJoined { return unsafe transformJoined(first, second) }
        guard unsafe update(first) else { return false }
        return unsafe update(second)
    }

    private func update(_ piece: UnsafeMutableRawBufferPointer) -> Bool {
        guard piece.count > 0 else { return true }
        var count: Int32 = 0
        return unsafe EVP_CipherUpdate(
            context,
            piece.baseAddress,
            &count,
            piece.baseAddress,
            Int32(piece.count)
        ) == 1
    }

    private func transformJoined(
        _ first: UnsafeMutableRawBufferPointer,
        _ second: UnsafeMutableRawBufferPointer
    ) -> Bool {
        let total = first.count + second.count
        if joined.count < total { joined = [UInt8](repeating: 0, count: total) }
        return unsafe joined.withUnsafeMutableBytes { scratch in
            let message = unsafe UnsafeMutableRawBufferPointer(rebasing: scratch[..<total])
            unsafe message.copyMemory(from: UnsafeRawBufferPointer(first))
            unsafe UnsafeMutableRawBufferPointer(rebasing: message[first.count...])
                .copyMemory(from: UnsafeRawBufferPointer(second))
            guard unsafe update(message) else { return false }
            unsafe first.copyMemory(
                from: UnsafeRawBufferPointer(rebasing: message[..<first.count])
            )
            unsafe second.copyMemory(
                from: UnsafeRawBufferPointer(rebasing: message[first.count...])
            )
            return true
        }
    }
}
