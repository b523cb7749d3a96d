"""Every published file: the suite that runs it, or why the primitive is not used here."""

RUN = {
    "aes_cmac_test.json": "test_kdf_and_mac.py",
    "aes_gcm_test.json": "test_gcm.py",
    "c2sp_chunked_encryption_aes_128_gcm_test.json": "test_chunked.py",
    "c2sp_chunked_encryption_aes_256_gcm_test.json": "test_chunked.py",
    "chacha20_poly1305_test.json": "test_x25519.py",
    "ed25519_test.json": "test_ed25519.py",
    "hkdf_sha256_test.json": "test_x25519.py",
    "hkdf_sha512_test.json": "test_kdf_and_mac.py",
    "hmac_sha256_test.json": "test_kdf_and_mac.py",
    "x25519_test.json": "test_x25519.py",
}

NOT_USED = {
    "aes_kwp_test.json": "keys are wrapped with AES-256-GCM under a key that is used once, not with KWP",
    "hmac_sha512_test.json": "HMAC-SHA-512 is used inside HKDF-SHA-512 only, whose file is run",
    "mldsa_65_verify_test.json": "no post-quantum signature is made or checked: such cosignatures are passed over",
    "mlkem_768_test.json": "no post-quantum recipient is sealed to or opened: SC-AGE-KIND",
}

CRYPTOGRAPHY = {
    "cli/demonstration/certificates.py": "TLS certificates of the demonstration, by the library's own builder",
    "cli/demonstration/origins.py": "TLS contexts of the demonstration",
    "core/base/canonical.py": "SHA-256: test_merkle.py",
    "core/conduct/passkeys.py": "SHA-256 and the passkey library: test_passkeys.py",
    "core/conduct/software_passkey.py": "the demonstration's passkeys: test_passkeys.py checks what they make",
    "core/sealing/objects.py": "chunked encryption: test_chunked.py",
    "core/sealing/primitives.py": "AES-256-GCM, HKDF-SHA-512, HMAC-SHA-256, one-step KDF, Argon2id: their suites",
    "core/sealing/recipients.py": "age: test_age.py, test_x25519.py",
    "core/sealing/signing.py": "Ed25519: test_ed25519.py",
    "core/segments/tokens.py": "AES-CMAC: test_kdf_and_mac.py",
    "core/tlog/notes.py": "Ed25519: test_ed25519.py, test_tlog.py",
}
"""Every file of the source that calls a cryptographic library, and what holds it to vectors."""
