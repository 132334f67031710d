package io.edgebeat.benchmarks.kill;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.net.PeerAcceptor;
import io.edgebeat.api.net.PeerEndpoint;
import io.edgebeat.api.net.PeerEnvelope;
import io.edgebeat.api.net.PeerServer;
import io.edgebeat.api.net.PeerSession;
import io.edgebeat.api.net.PeerTransport;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** Messages by way of the parent, which loses what nobody is there to hear. */
final class RemoteWires implements PeerTransport {
  private final Line line;
  private final Address self;
  private final ExecutorService inOrder =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().factory());
  private volatile @Nullable PeerAcceptor acceptor;

  RemoteWires(Line line, Address self) {
    this.line = line;
    this.self = self;
  }

  /** Something came by the line. */
  void heard(Word.Spoken spoken) {
    PeerAcceptor listens = acceptor;
    if (listens != null) {
      try {
        inOrder.execute(() -> listens.received(new Session(spoken.from()), spoken.envelope()));
      } catch (RejectedExecutionException closing) {
        // It is sent again to whoever comes next.
        return;
      }
    }
  }

  @Override
  public PeerServer listen(PeerEndpoint at, PeerAcceptor listener) {
    acceptor = listener;
    PeerEndpoint endpoint = new PeerEndpoint("parent:" + self);
    return new PeerServer() {
      @Override
      public PeerEndpoint endpoint() {
        return endpoint;
      }

      @Override
      public void close() {
        acceptor = null;
      }
    };
  }

  @Override
  public PeerSession connect(PeerEndpoint to, Address expected, PeerAcceptor back) {
    // Both ends of a pair listen, so there is one way in.
    return new Session(expected);
  }

  @Override
  public void close() {
    inOrder.shutdown();
  }

  private final class Session implements PeerSession {
    private final Address remote;

    Session(Address remote) {
      this.remote = remote;
    }

    @Override
    public Address remote() {
      return remote;
    }

    @Override
    public void send(PeerEnvelope envelope) {
      line.say(new Word.Spoken(self, remote, envelope));
    }

    @Override
    public void close() {}
  }
}
