package io.edgebeat.chain.evm.rpc;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.security.NoSuchAlgorithmException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** TLS as the JVM is set up for: its default context says whom to trust. */
final class Tls {
  private Tls() {}

  /** What TLS takes for a socket: whose streams it is decides how long a read may take. */
  private static final class Streams extends Socket {
    private final InputStream in;
    private final OutputStream out;
    private final int port;

    Streams(InputStream in, OutputStream out, int port) {
      this.in = in;
      this.out = out;
      this.port = port;
    }

    @Override
    public boolean isConnected() {
      return true;
    }

    /** Sessions are taken up again by host and port. */
    @Override
    public int getPort() {
      return port;
    }

    @Override
    public InputStream getInputStream() {
      return in;
    }

    @Override
    public OutputStream getOutputStream() {
      return out;
    }
  }

  /**
   * Encrypts a connection to a host whose certificate names it.
   *
   * @return has the streams above; its end is that of the streams below
   * @throws IOException when it does not, or is not trusted; nothing was said yet
   */
  static Socket over(InputStream in, OutputStream out, String host, int port) throws IOException {
    SSLSocket secure =
        (SSLSocket)
            context().getSocketFactory().createSocket(new Streams(in, out, port), host, port, true);
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
