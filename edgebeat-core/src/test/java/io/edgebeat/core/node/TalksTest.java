package io.edgebeat.core.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.market.NegotiationId;
import io.edgebeat.api.net.PeerTransport;
import io.edgebeat.core.engine.PartitionKey;
import io.edgebeat.core.talk.SellerTalk;
import java.lang.reflect.Proxy;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Of how many tasks a seller keeps what was said. */
final class TalksTest {
  private static final int KEPT = 64;

  @Test
  void howManyTasksEverRanAtTheSameTimeDoesNotMatterOnceTheyAreOver() {
    try (Threads threads = new Threads("talks", 1)) {
      Reactor reactor =
          new Reactor(
              InstantSource.system(),
              threads,
              (batch, done) -> {},
              none(Reactor.Shell.class),
              Map.of());
      PeerLinks links = new PeerLinks(none(PeerTransport.class), (s, e) -> {}, threads);
      Talks talks = new Talks(reactor, links, threads, InstantSource.system(), () -> {});
      PartitionKey key = PartitionKey.seller(NegotiationId.of(new byte[16]));
      List<SellerTalk> all =
          IntStream.range(0, 500).mapToObj(taskNo -> talks.begin(key, taskNo)).toList();
      assertThat(talks.size()).isEqualTo(all.size());
      all.forEach(SellerTalk::close);
      all.forEach(SellerTalk::close);
      assertThat(talks.size()).isEqualTo(KEPT);
    }
  }

  private static <T> T none(Class<T> kind) {
    return kind.cast(
        Proxy.newProxyInstance(
            kind.getClassLoader(), new Class<?>[] {kind}, (self, method, arguments) -> null));
  }
}
