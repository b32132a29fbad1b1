// libcrypto as Swift sees it. A wrapper stands here only where the C interface is a macro, takes
// a parameter list that Swift cannot build, or would need several calls per message.

#ifndef PENSTOCK_CCRYPTO_SHIM_H
#define PENSTOCK_CCRYPTO_SHIM_H

// SHA-256 without a context of the heap is deprecated, not gone; see HMACContext.
#define OPENSSL_SUPPRESS_DEPRECATED

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

// Comes before the first call: libcrypto must not take its state apart when the program ends, while
// a thread of ours still makes a connection. What it holds goes with the process.
static inline void penstock_crypto_keep(void) {
    (void)OPENSSL_init_crypto(OPENSSL_INIT_NO_ATEXIT, NULL);
}

// An AES-CMAC context holding `key`, or NULL. OSSL_PARAM lists are built by macros.
static inline EVP_MAC_CTX *penstock_cmac_new(const unsigned char *key, size_t count) {
    penstock_crypto_keep();
    EVP_MAC *mac = EVP_MAC_fetch(NULL, "CMAC", NULL);
    if (mac == NULL) return NULL;
    EVP_MAC_CTX *context = EVP_MAC_CTX_new(mac);
    EVP_MAC_free(mac);  // the context keeps its own reference
    if (context == NULL) return NULL;
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_CIPHER, (char *)"AES-128-CBC", 0),
        OSSL_PARAM_construct_end(),
    };
    if (EVP_MAC_init(context, key, count, parameters) != 1) {
        EVP_MAC_CTX_free(context);
        return NULL;
    }
    return context;
}

// An AEAD context with its key and nonce length set, for one direction, or NULL.
static inline EVP_CIPHER_CTX *penstock_aead_new(const EVP_CIPHER *cipher, const unsigned char *key,
                                                int nonce_count, int is_ccm, int is_encrypting) {
    penstock_crypto_keep();
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    if (context == NULL) return NULL;
    int ok = EVP_CipherInit_ex(context, cipher, NULL, NULL, NULL, is_encrypting) == 1
        && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_IVLEN, nonce_count, NULL) == 1
        && (!is_ccm || EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, 16, NULL) == 1)
        && EVP_CipherInit_ex(context, NULL, NULL, key, NULL, is_encrypting) == 1;
    if (!ok) {
        EVP_CIPHER_CTX_free(context);
        return NULL;
    }
    return context;
}

#endif
