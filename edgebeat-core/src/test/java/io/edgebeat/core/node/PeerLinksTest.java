package io.edgebeat.core.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.market.NegotiationId;
import io.edgebeat.api.net.PeerAcceptor;
import io.edgebeat.api.net.PeerEndpoint;
import io.edgebeat.api.net.PeerEnvelope;
import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.api.net.PeerServer;
import io.edgebeat.api.net.PeerSession;
import io.edgebeat.api.net.PeerTransport;
import io.edgebeat.api.task.TaskStream;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What is sent first over a connection that is slow. */
final class PeerLinksTest {
  private static final NegotiationId ID = NegotiationId.of(new byte[16]);
  private static final Address REMOTE = Address.of(new byte[20]);

  private final List<PeerEnvelope> sent = new CopyOnWriteArrayList<>();
  private final CountDownLatch slow = new CountDownLatch(1);

  @Test
  void whatMoneyWaitsForDoesNotStandBehindATalk() throws Exception {
    Threads threads = new Threads("links", 1);
    try {
      PeerLinks links = new PeerLinks(new Slow(), (session, envelope) -> {}, threads);
      links.route(ID, REMOTE, new PeerEndpoint("slow:"));
      for (int i = 0; i < 200; i++) {
        links.talk(ID, new PeerMessage.TaskHeard(1, TaskStream.LOG, 1, i, 1));
      }
      links.send(ID, 1, new PeerMessage.StateQuery());
      slow.countDown();
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
      while (sent.size() < 50 && System.nanoTime() < end) {
        Thread.sleep(5);
      }

      assertThat(sent.subList(0, 10)).extracting(PeerEnvelope::sequence).contains(1L);
      assertThat(sent)
          .extracting(PeerEnvelope::sequence)
          .filteredOn(n -> n == 0)
          .hasSizeLessThan(80);
    } finally {
      threads.close();
    }
  }

  private final class Slow implements PeerTransport {
    @Override
    public PeerServer listen(PeerEndpoint at, PeerAcceptor acceptor) {
      throw new UnsupportedOperationException("nobody listens here");
    }

    @Override
    public PeerSession connect(PeerEndpoint to, Address expected, PeerAcceptor back) {
      return new PeerSession() {
        @Override
        public Address remote() {
          return expected;
        }

        @Override
        public void send(PeerEnvelope envelope) {
          try {
            slow.await();
          } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
          }
          sent.add(envelope);
        }

        @Override
        public void close() {}
      };
    }

    @Override
    public void close() {}
  }
}
