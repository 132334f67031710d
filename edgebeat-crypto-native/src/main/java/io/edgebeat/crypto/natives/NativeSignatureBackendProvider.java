package io.edgebeat.crypto.natives;

import io.edgebeat.api.identity.SignatureBackend;
import io.edgebeat.spi.SignatureBackendProvider;
import java.util.Optional;

/** Offers {@link NativeSignatureBackend} wherever its library can be loaded. */
public final class NativeSignatureBackendProvider implements SignatureBackendProvider {

  /** For {@code ServiceLoader}. */
  public NativeSignatureBackendProvider() {}

  @Override
  public String id() {
    return "native";
  }

  @Override
  public Optional<String> unavailable() {
    return NativeSignatureBackend.unavailable();
  }

  @Override
  public int priority() {
    return 100;
  }

  @Override
  public SignatureBackend create() {
    return new NativeSignatureBackend();
  }
}
