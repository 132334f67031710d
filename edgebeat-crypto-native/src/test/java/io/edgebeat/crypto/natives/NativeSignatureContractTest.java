package io.edgebeat.crypto.natives;

import static org.assertj.core.api.Assumptions.assumeThat;

import io.edgebeat.api.identity.SignatureBackend;
import io.edgebeat.testkit.SignatureBackendContract;

class NativeSignatureContractTest implements SignatureBackendContract {
  @Override
  public SignatureBackend createBackend() {
    assumeThat(NativeSignatureBackend.unavailable()).isEmpty();
    return new NativeSignatureBackend();
  }
}
