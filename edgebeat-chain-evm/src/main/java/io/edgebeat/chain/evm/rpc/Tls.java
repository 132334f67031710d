package io.edgebeat.chain.evm.rpc;

import java.io.IOException;
import java.net.Socket;
import java.security.NoSuchAlgorithmException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** TLS as the JVM is set up for: its default context says whom to trust. */
final class Tls {
  private Tls() {}

  /**
   * Encrypts a connection to a host whose certificate names it.
   *
   * @throws IOException when it does not, or is not trusted; nothing was said yet
   */
  static Socket over(Socket socket, String host, int port) throws IOException {
    SSLSocket secure =
        (SSLSocket) context().getSocketFactory().createSocket(socket, host, port, true);
    SSLParameters parameters = secure.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    secure.setSSLParameters(parameters);
    secure.startHandshake();
    return secure;
  }

  private static SSLContext context() throws IOException {
    try {
      return SSLContext.getDefault();
    } catch (NoSuchAlgorithmException e) {
      throw new IOException("the JVM has no TLS: " + e.getMessage(), e);
    }
  }
}
