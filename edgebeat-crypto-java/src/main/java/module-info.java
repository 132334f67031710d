/** Signatures in pure Java, and private keys in encrypted files. */
module io.edgebeat.crypto.java {
  requires transitive io.edgebeat.api;
  requires org.bouncycastle.provider;
  requires tools.jackson.core;

  exports io.edgebeat.crypto.java;

  provides io.edgebeat.spi.SignatureBackendProvider with
      io.edgebeat.crypto.java.JavaSignatureBackendProvider;
}
