package io.edgebeat;

import io.edgebeat.api.EdgeBeatNode;
import io.edgebeat.api.Seller;
import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.SignatureBackend;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.ledger.WatchOrder;
import io.edgebeat.api.market.Subscription;
import io.edgebeat.core.codec.RecordCodec;
import io.edgebeat.core.journal.FileDisk;
import io.edgebeat.core.journal.JournalOptions;
import io.edgebeat.core.node.Threads;
import io.edgebeat.core.tower.Tower;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Claims for sellers that do not look themselves, because they are off or cut off: run by the
 * seller on another machine, or by somebody else. It can send claims and take nothing, because a
 * claim pays the seller whoever sends it. Give it {@link io.edgebeat.api.Seller#watchOrder} of each
 * agreement, again when more was paid, or let it follow a node in the same process ({@link
 * #follow}).
 *
 * <p>Threads: calls may overlap. Blocking: {@link #watch} until the order is durable, {@link
 * #doWork} for the ledger.
 */
public final class Watchtower implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Watchtower.class);
  private static final RecordCodec<WatchOrder> ORDERS = RecordCodec.of(WatchOrder.class);

  /** What a seller's node tells when it was paid. */
  private static final Set<String> PAYMENTS = Set.of("Heard.VoucherSent", "Heard.Ticks");

  /** After a failure that may pass, and between orders. */
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final Tower tower;
  private volatile boolean closed;
  private final Threads threads;

  /** Why the last try has failed: told once, however often it is tried again. */
  private volatile @Nullable ErrorCode trouble;

  private Watchtower(Tower tower, Threads threads) {
    this.tower = tower;
    this.threads = threads;
  }

  /**
   * Opens a watchtower; it goes on where it was closed or has died.
   *
   * @param ledger sends the claims and pays for them; closed by whoever made it, after this
   * @param signatures checks vouchers
   * @param directory where it keeps its journal; its parent must exist
   * @return the watchtower; it does nothing until {@link #start} or {@link #doWork} is called
   * @throws EdgeBeatException {@code LOCKED}, {@code CORRUPTED} naming file and offset, {@code
   *     STORAGE_FAILED}
   */
  public static Watchtower open(Ledger ledger, SignatureBackend signatures, Path directory) {
    byte[] id = new byte[JournalOptions.ID_BYTES];
    new SecureRandom().nextBytes(id);
    Tower tower = new Tower(ledger, signatures, FileDisk.open(directory), id);
    return new Watchtower(tower, new Threads("watchtower", 1));
  }

  /**
   * Takes an order; durable when this returns. One that is worth less than what is watched changes
   * nothing.
   *
   * @param order what to claim with
   * @throws EdgeBeatException {@code BAD_PAYMENT} or {@code BAD_SIGNATURE} naming the value
   */
  public void watch(WatchOrder order) {
    tower.watch(order);
  }

  /**
   * The orders of channels that are not paid out.
   *
   * @return the best order of each
   */
  public List<WatchOrder> watched() {
    return tower.watched();
  }

  /**
   * Does what there is to do now, for hosts that run it themselves.
   *
   * @param wait how long to wait for news of the ledger
   * @return how many claims were sent
   * @throws EdgeBeatException {@code LEDGER_UNAVAILABLE} to be repeated, {@code CLOSED}, {@code
   *     STORAGE_FAILED}
   */
  public int doWork(Duration wait) {
    return tower.doWork(wait);
  }

  /**
   * Takes the orders of a node of this process by itself, whenever that was paid more, at most once
   * a second.
   *
   * @param node a seller
   * @return ends that when closed
   */
  public Subscription follow(EdgeBeatNode node) {
    AtomicBoolean planned = new AtomicBoolean();
    return node.events(
        event -> {
          boolean paid = event.role().equals("seller") && PAYMENTS.contains(event.name());
          if (paid) {
            plan(node.seller(), planned);
          }
        });
  }

  private void plan(Seller seller, AtomicBoolean planned) {
    if (!closed && planned.compareAndSet(false, true)) {
      threads.after(
          PAUSE,
          () -> {
            planned.set(false);
            if (!takeOrders(seller)) {
              plan(seller, planned);
            }
          });
    }
  }

  /** False when something was being paid just now: it is asked for again. */
  private boolean takeOrders(Seller seller) {
    boolean all = true;
    try {
      for (AgreementId id : seller.agreements()) {
        all &= takeOrder(seller, id);
      }
    } catch (EdgeBeatException e) {
      LOG.warn("not all orders were taken: {}", e.getMessage());
    }
    return all;
  }

  private boolean takeOrder(Seller seller, AgreementId id) {
    try {
      Optional<WatchOrder> order = seller.watchOrder(id);
      order.ifPresent(tower::watch);
      return order.isPresent();
    } catch (EdgeBeatException e) {
      if (e.code() != ErrorCode.NOT_FOUND) {
        throw e;
      }
      // It is being negotiated; the next payment asks again.
      return true;
    }
  }

  /** Lets a thread of its own do the work until {@link #close}. */
  public void start() {
    threads.follow("watch", this::step);
  }

  private boolean step(Duration wait) {
    try {
      tower.doWork(wait);
      if (trouble != null) {
        LOG.info("the watchtower is at work again");
        trouble = null;
      }
    } catch (EdgeBeatException e) {
      if (closed || e.code() == ErrorCode.CLOSED || e.code() == ErrorCode.INTERRUPTED) {
        return false;
      }
      if (e.code() == ErrorCode.STORAGE_FAILED) {
        LOG.error("the watchtower stops: {}", e.getMessage());
        return false;
      }
      if (e.code() != trouble) {
        LOG.warn("the watchtower tries again, every second: {}, {}", e.code(), e.getMessage());
        trouble = e.code();
      }
      threads.after(PAUSE, this::start);
      return false;
    }
    return !closed;
  }

  /**
   * An order as bytes, for whoever watches elsewhere.
   *
   * @param order the order
   * @return its bytes; nothing in them is secret
   */
  public static byte[] write(WatchOrder order) {
    return ORDERS.encode(order);
  }

  /**
   * Reads an order.
   *
   * @param bytes what {@link #write} gave
   * @return the order; {@link #watch} checks it against the ledger
   * @throws EdgeBeatException {@code CORRUPTED} when these are not such bytes
   */
  public static WatchOrder read(byte[] bytes) {
    return ORDERS.decode(bytes);
  }

  /** Stops and closes its journal; idempotent. */
  @Override
  public void close() {
    closed = true;
    tower.close();
    threads.close();
  }
}
