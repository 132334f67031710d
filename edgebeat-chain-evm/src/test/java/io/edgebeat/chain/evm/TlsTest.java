package io.edgebeat.chain.evm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.chain.evm.rpc.Call;
import io.edgebeat.chain.evm.rpc.Hex;
import io.edgebeat.chain.evm.rpc.Rpc;
import io.edgebeat.chain.evm.rpc.RpcLimits;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node behind TLS is asked when its certificate is good, and else is told nothing. */
@Timeout(60)
class TlsTest {
  private static final char[] PASSWORD = "changeit".toCharArray();
  private static final RpcLimits LIMITS =
      new RpcLimits(Duration.ofSeconds(20), 100_000, 10, 0, 1, Duration.ofMillis(1));
  private static final Call<Long> CHAIN = Call.of("eth_chainId", Hex::number);

  @TempDir private Path directory;

  /** Takes off the TLS in front of anvil. */
  private static final class Front implements AutoCloseable {
    final AtomicLong heard = new AtomicLong();
    private final SSLServerSocket server;
    private final int behind;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    Front(SSLContext context, int behind) throws IOException {
      this.behind = behind;
      server =
          (SSLServerSocket)
              context
                  .getServerSocketFactory()
                  .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
      Thread.ofPlatform().daemon().start(this::accept);
    }

    URI uri(String scheme, String host) {
      return URI.create(scheme + "://" + host + ":" + server.getLocalPort() + "/?TOPSECRET");
    }

    private void accept() {
      try {
        while (true) {
          Socket client = server.accept();
          Socket node = new Socket(InetAddress.getLoopbackAddress(), behind);
          open.addAll(List.of(client, node));
          Thread.ofPlatform().daemon().start(() -> carry(client, node, heard));
          Thread.ofPlatform().daemon().start(() -> carry(node, client, new AtomicLong()));
        }
      } catch (IOException e) {
        // Closed.
      }
    }

    private static void carry(Socket from, Socket to, AtomicLong bytes) {
      try (from;
          to;
          InputStream in = from.getInputStream();
          OutputStream out = to.getOutputStream()) {
        byte[] buffer = new byte[8_192];
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
          bytes.addAndGet(n);
          out.write(buffer, 0, n);
        }
      } catch (IOException e) {
        // The other side is told by the end of its connection.
      }
    }

    @Override
    public void close() throws IOException {
      server.close();
      for (Socket socket : open) {
        socket.close();
      }
    }
  }

  /** Of somebody who has a certificate for localhost, signed by nobody, and trusts it. */
  private SSLContext certified() throws Exception {
    Path file = directory.resolve("node.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-alias",
                "node",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost",
                "-keystore",
                file.toString(),
                "-storepass",
                new String(PASSWORD))
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("keytool.log").toFile())
            .start();
    assertThat(keytool.waitFor()).isZero();
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, PASSWORD);
    }
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("node", store.getCertificate("node"));
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, PASSWORD);
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }

  private static void assertRefused(Front front, URI uri) {
    try (Rpc rpc = new Rpc(List.of(uri), LIMITS)) {
      EdgeBeatException refused =
          catchThrowableOfType(EdgeBeatException.class, () -> rpc.ask(CHAIN));
      assertThat(refused.code()).isEqualTo(ErrorCode.LEDGER_UNAVAILABLE);
      assertThat(refused.getMessage()).contains(uri.getHost()).doesNotContain("TOPSECRET");
    }
    assertThat(front.heard).hasValue(0);
  }

  @Test
  void aNodeIsAskedWhenItsCertificateIsGoodAndElseToldNothing() throws Exception {
    Devnet net = Anvil.here();
    SSLContext certified = certified();
    SSLContext before = SSLContext.getDefault();
    try (Front front = new Front(certified, net.uri().getPort())) {
      for (String scheme : List.of("https", "wss")) {
        assertRefused(front, front.uri(scheme, "localhost"));
      }
      SSLContext.setDefault(certified);
      for (String scheme : List.of("https", "wss")) {
        assertRefused(front, front.uri(scheme, "127.0.0.1"));
      }
      for (String scheme : List.of("https", "wss")) {
        try (Rpc rpc = new Rpc(List.of(front.uri(scheme, "localhost")), LIMITS)) {
          assertThat(rpc.ask(CHAIN)).isEqualTo(31_337);
          assertThat(rpc.ask(CHAIN)).isEqualTo(31_337);
        }
      }
      try (Rpc rpc = new Rpc(List.of(front.uri("wss", "localhost")), LIMITS)) {
        rpc.subscribe(Thread.ofPlatform().daemon().factory());
        while (!rpc.heads().isLive()) {
          TimeUnit.MILLISECONDS.sleep(5);
        }
        long told = rpc.heads().told();
        net.mine(1);
        assertThat(rpc.heads().await(told, TimeUnit.MINUTES.toNanos(5))).isTrue();
      }
    } finally {
      SSLContext.setDefault(before);
    }
  }

  /** Passes what comes on, and from some moment on what comes back a byte at a time. */
  private static final class Dripping implements AutoCloseable {
    /** Longer than a call may take, and no longer than a test. */
    private static final int BYTES = 200;

    final AtomicBoolean drips = new AtomicBoolean();
    private final ServerSocket server;

    Dripping(int behind) throws IOException {
      server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
      Thread.ofPlatform().daemon().start(() -> accept(behind));
    }

    private void accept(int behind) {
      try {
        while (true) {
          Socket client = server.accept();
          client.setTcpNoDelay(true);
          Socket node = new Socket(InetAddress.getLoopbackAddress(), behind);
          Thread.ofPlatform().daemon().start(() -> Front.carry(client, node, new AtomicLong()));
          Thread.ofPlatform().daemon().start(() -> drip(node, client));
        }
      } catch (IOException e) {
        // Closed.
      }
    }

    private void drip(Socket from, Socket to) {
      try (from;
          to) {
        for (int dripped = 0; dripped < BYTES; ) {
          int b = from.getInputStream().read();
          if (b < 0) {
            return;
          }
          if (drips.get()) {
            TimeUnit.MILLISECONDS.sleep(50);
            dripped++;
          }
          to.getOutputStream().write(b);
        }
      } catch (IOException | InterruptedException e) {
        // The other side is told by the end of its connection.
      }
    }

    URI uri(String scheme, String host) {
      return URI.create(scheme + "://" + host + ":" + server.getLocalPort());
    }

    @Override
    public void close() throws IOException {
      server.close();
    }
  }

  /** Each byte of a record comes in time, and the record does not. */
  private static void assertHeldByNone(Rpc rpc) {
    EdgeBeatException late = catchThrowableOfType(EdgeBeatException.class, () -> rpc.ask(CHAIN));
    assertThat(late.code()).isEqualTo(ErrorCode.LEDGER_UNAVAILABLE);
    assertThat(late.getMessage()).contains("in time");
  }

  @Test
  void aHandshakeThatDripsHoldsNoCall() throws Exception {
    RpcLimits brief = new RpcLimits(Duration.ofSeconds(1), 1_000, 10, 0, 1, Duration.ofMillis(1));
    try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Thread.ofPlatform()
          .daemon()
          .start(
              () -> {
                try {
                  while (true) {
                    Socket client = server.accept();
                    Thread.ofPlatform().daemon().start(() -> dripRecord(client));
                  }
                } catch (IOException e) {
                  // Closed.
                }
              });
      for (String scheme : List.of("https", "wss")) {
        URI uri = URI.create(scheme + "://127.0.0.1:" + server.getLocalPort());
        try (Rpc rpc = new Rpc(List.of(uri), brief)) {
          assertHeldByNone(rpc);
        }
      }
    }
  }

  private static void dripRecord(Socket client) {
    try (client) {
      // The head of a long record of a handshake.
      client.getOutputStream().write(new byte[] {0x16, 3, 3, 0x3f, 0});
      for (int i = 0; i < Dripping.BYTES; i++) {
        client.getOutputStream().write(2);
        TimeUnit.MILLISECONDS.sleep(50);
      }
    } catch (IOException | InterruptedException e) {
      // The other side is told by the end of its connection.
    }
  }

  @Test
  void anAnswerThatDripsHoldsNoCall() throws Exception {
    RpcLimits brief = new RpcLimits(Duration.ofSeconds(2), 1_000, 10, 0, 1, Duration.ofMillis(1));
    Devnet net = Anvil.here();
    SSLContext certified = certified();
    SSLContext before = SSLContext.getDefault();
    SSLContext.setDefault(certified);
    try (Front front = new Front(certified, net.uri().getPort());
        Dripping dripping = new Dripping(front.server.getLocalPort())) {
      for (String scheme : List.of("https", "wss")) {
        dripping.drips.set(false);
        try (Rpc rpc = new Rpc(List.of(dripping.uri(scheme, "localhost")), brief)) {
          assertThat(rpc.ask(CHAIN)).isEqualTo(31_337);
          dripping.drips.set(true);
          assertHeldByNone(rpc);
        }
      }
    } finally {
      SSLContext.setDefault(before);
    }
  }
}
