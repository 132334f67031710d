package io.edgebeat.crypto.java;

import io.edgebeat.api.identity.SignatureBackend;
import io.edgebeat.spi.SignatureBackendProvider;

/** Offers {@link JavaSignatureBackend}, which works everywhere, when nothing faster does. */
public final class JavaSignatureBackendProvider implements SignatureBackendProvider {

  /** For {@code ServiceLoader}. */
  public JavaSignatureBackendProvider() {}

  @Override
  public String id() {
    return "java";
  }

  @Override
  public int priority() {
    return 0;
  }

  @Override
  public SignatureBackend create() {
    return new JavaSignatureBackend();
  }
}
