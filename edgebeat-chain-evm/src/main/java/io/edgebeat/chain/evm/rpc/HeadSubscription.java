package io.edgebeat.chain.evm.rpc;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens for new heads on a connection of its own, and begins anew when that ends. What a node
 * says of a head is not believed, not even read: it only makes one look.
 */
final class HeadSubscription implements Runnable, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HeadSubscription.class);

  /** A header is much shorter. */
  static final int MAX_BYTES = 1 << 16;

  /** More in a second come from no chain. */
  private static final int MAX_A_SECOND = 50;

  /** How often a node that knows no subscriptions is asked again. */
  private static final Duration REFUSED = Duration.ofMinutes(10);

  private static final long FOR_EVER = Long.MAX_VALUE / 4;
  private static final byte[] SUBSCRIBE =
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"eth_subscribe\",\"params\":[\"newHeads\"]}"
          .getBytes(StandardCharsets.UTF_8);

  /** The node answers, but not with a subscription. */
  private static final class RefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    RefusedException() {
      super("it does not know eth_subscribe");
    }
  }

  private final String name;
  private final Messages.Maker maker;
  private final RpcLimits limits;
  private final HeadSignal signal;
  private volatile @Nullable Messages open;
  private volatile boolean closed;

  HeadSubscription(String name, Messages.Maker maker, RpcLimits limits, HeadSignal signal) {
    this.name = name;
    this.maker = maker;
    this.limits = limits;
    this.signal = signal;
  }

  @Override
  public void run() {
    while (!closed) {
      Duration pause = limits.rest();
      try {
        listen();
      } catch (RefusedException e) {
        LOG.info("{} does not tell of new blocks, and is polled: {}", name, e.getMessage());
        pause = REFUSED;
      } catch (IOException | BadAnswerException e) {
        if (!closed) {
          LOG.info("{} tells of no new blocks for now, and is polled: {}", name, e.getMessage());
        }
      } catch (RuntimeException defect) {
        LOG.error("the subscription to {} ended and is made again", name, defect);
      }
      try {
        signal.rest(TimeUnit.NANOSECONDS.convert(pause));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private void listen() throws IOException {
    try (Messages messages = maker.make()) {
      open = messages;
      if (closed) {
        return;
      }
      long end = System.nanoTime() + limits.timeout().toNanos();
      messages.open(end);
      messages.send(SUBSCRIBE, end);
      String id = subscription(Json.parse(messages.receive(end)));
      signal.subscribed(true);
      try {
        follow(messages, id);
      } finally {
        signal.subscribed(false);
      }
    } finally {
      open = null;
    }
  }

  private static String subscription(Json answer) throws RefusedException {
    String id = answer.at("result").textOrNull();
    if (id == null || id.length() > 100) {
      throw new RefusedException();
    }
    return id;
  }

  private void follow(Messages messages, String id) throws IOException {
    long second = System.nanoTime();
    int heard = 0;
    while (!closed) {
      byte[] message = messages.receive(System.nanoTime() + FOR_EVER);
      long now = System.nanoTime();
      if (now - second > TimeUnit.SECONDS.toNanos(1)) {
        second = now;
        heard = 0;
      }
      if (++heard > MAX_A_SECOND) {
        throw new IOException("it says more than " + MAX_A_SECOND + " things a second");
      }
      Json told = Json.parse(message);
      if (id.equals(told.at("params").at("subscription").textOrNull())) {
        signal.tell();
      }
    }
  }

  /** Ends it; the thread that runs it ends by itself. */
  @Override
  public void close() {
    closed = true;
    Messages messages = open;
    if (messages != null) {
      messages.close();
    }
  }
}
