package io.edgebeat.crypto.java;

import io.edgebeat.api.identity.SignatureBackend;
import io.edgebeat.testkit.SignatureBackendContract;

class JavaSignatureContractTest implements SignatureBackendContract {
  @Override
  public SignatureBackend createBackend() {
    return new JavaSignatureBackend();
  }
}
