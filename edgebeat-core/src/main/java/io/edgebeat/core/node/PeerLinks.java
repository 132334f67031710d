package io.edgebeat.core.node;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.market.NegotiationId;
import io.edgebeat.api.net.PeerAcceptor;
import io.edgebeat.api.net.PeerEndpoint;
import io.edgebeat.api.net.PeerEnvelope;
import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.api.net.PeerSession;
import io.edgebeat.api.net.PeerTransport;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the messages of each negotiation in order, again until they are acknowledged, and says with
 * each of them what is durable here. Keeps nothing that a restart would miss: the outbox of the
 * partition is issued again.
 */
final class PeerLinks {
  private static final Logger LOG = LoggerFactory.getLogger(PeerLinks.class);
  private static final Duration RESEND = Duration.ofMillis(500);

  /** How often the last words of a negotiation that is over are sent to who does not answer. */
  private static final int LAST_TRIES = 32;

  /** How much of talks may wait for a connection that is slow. */
  private static final int MOST_TALK = 64;

  /** How much of talks is sent before it is looked whether something else waits. */
  private static final int TALK_AT_ONCE = 4;

  /**
   * How long the side that connects may be silent: its next word gives a restarted node its way.
   */
  private static final Duration SILENCE = Duration.ofSeconds(3);

  private final PeerTransport transport;
  private final PeerAcceptor acceptor;
  private final TaskRunner runner;
  private final Map<NegotiationId, Link> links = new ConcurrentHashMap<>();
  private final Map<Address, PeerSession> sessions = new ConcurrentHashMap<>();
  private volatile boolean closed;

  /** One negotiation's traffic. */
  private static final class Link {
    final Map<Long, PeerMessage> unacknowledged = new TreeMap<>();
    final List<PeerEnvelope> queue = new ArrayList<>();

    /** What a program and its buyer say: nothing that money waits for stands behind it. */
    final Deque<PeerEnvelope> talk = new ArrayDeque<>();

    @Nullable PeerSession session;
    @Nullable PeerEndpoint endpoint;
    @Nullable Address remote;
    long durableHeard;
    long peerSaw;
    long said;
    boolean draining;
    boolean resending;
    int tries;
    boolean kept;
    boolean spoken;
    boolean finished;
    boolean asking;

    boolean isSilent() {
      return queue.isEmpty() && talk.isEmpty();
    }
  }

  PeerLinks(PeerTransport transport, PeerAcceptor acceptor, TaskRunner runner) {
    this.transport = transport;
    this.acceptor = acceptor;
    this.runner = runner;
  }

  private Link link(NegotiationId id) {
    return links.computeIfAbsent(id, n -> new Link());
  }

  /** Where a negotiation's other side listens; for the side that connects. */
  void route(NegotiationId id, Address remote, PeerEndpoint endpoint) {
    Link link = link(id);
    synchronized (link) {
      if (link.remote == null || !remote.equals(link.remote)) {
        // Whoever has spoken under this name before is not the one that is meant.
        link.session = null;
      }
      link.remote = remote;
      link.endpoint = endpoint;
      if (link.kept) {
        return;
      }
      link.kept = true;
    }
    runner.after(RESEND, () -> keep(id, link));
  }

  private void keep(NegotiationId id, Link link) {
    synchronized (link) {
      if (closed || link.finished) {
        return;
      }
      if (!link.spoken) {
        link.queue.add(acknowledgement(id, link));
      }
      link.spoken = false;
    }
    drain(id, link);
    runner.after(SILENCE, () -> keep(id, link));
  }

  /** A negotiation is over on this side; a late message is still answered by what is durable. */
  void finish(NegotiationId id) {
    Link link = link(id);
    synchronized (link) {
      link.finished = true;
      link.asking = false;
    }
  }

  private static PeerEnvelope acknowledgement(NegotiationId id, Link link) {
    return new PeerEnvelope(id, 0, link.durableHeard, new PeerMessage.Seen());
  }

  /** Everything up to this message of the other side is durable. */
  void heard(NegotiationId id, long sequence) {
    Link link = link(id);
    synchronized (link) {
      link.durableHeard = Math.max(link.durableHeard, sequence);
    }
  }

  /**
   * A message came: answers go back the way it came, what it acknowledges is not sent again.
   *
   * @return false when its facts are durable here already; then that is said again
   */
  boolean received(PeerSession session, PeerEnvelope envelope) {
    Link link = link(envelope.negotiation());
    boolean fresh;
    synchronized (link) {
      if (link.remote != null && !link.remote.equals(session.remote())) {
        return true;
      }
      link.remote = session.remote();
      if (link.endpoint == null) {
        link.session = session;
      }
      link.tries = 0;
      // Nobody has seen what was not sent: taken at its word, it would get no answer any more.
      long seen = Math.min(envelope.seen(), link.said);
      link.peerSaw = Math.max(link.peerSaw, seen);
      link.unacknowledged.keySet().removeIf(n -> n <= seen);
      fresh = envelope.sequence() == 0 || envelope.sequence() > link.durableHeard;
      boolean said = !link.queue.isEmpty() && link.queue.getLast().sequence() == 0;
      if (!fresh && !said) {
        link.queue.add(acknowledgement(envelope.negotiation(), link));
      }
    }
    drain(envelope.negotiation(), link);
    return fresh;
  }

  /** The highest message that the other side has said to have seen since this node was opened. */
  long acknowledged(NegotiationId id) {
    Link link = link(id);
    synchronized (link) {
      return link.peerSaw;
    }
  }

  /** Sends a message, now and again until it is acknowledged. */
  void send(NegotiationId id, long sequence, PeerMessage message) {
    Link link = link(id);
    synchronized (link) {
      link.said = Math.max(link.said, sequence);
      if (sequence <= link.peerSaw) {
        return;
      }
      link.unacknowledged.put(sequence, message);
      link.queue.add(new PeerEnvelope(id, sequence, link.durableHeard, message));
      keepSending(id, link);
    }
    drain(id, link);
  }

  private void keepSending(NegotiationId id, Link link) {
    if (!link.resending) {
      link.resending = true;
      link.tries = 0;
      runner.after(RESEND, () -> resend(id, link));
    }
  }

  /** Asks what the other side knows, now and again until {@link #answered}. */
  void ask(NegotiationId id) {
    Link link = link(id);
    synchronized (link) {
      link.asking = true;
      link.queue.add(query(id, link));
      keepSending(id, link);
    }
    drain(id, link);
  }

  /** Nobody waits for what the other side knows any more. */
  void answered(NegotiationId id) {
    Link link = link(id);
    synchronized (link) {
      link.asking = false;
    }
  }

  /** Sends a message without a number, once: who wants it asks again. */
  void say(NegotiationId id, PeerMessage message) {
    Link link = link(id);
    synchronized (link) {
      link.queue.add(new PeerEnvelope(id, 0, link.durableHeard, message));
    }
    drain(id, link);
  }

  /**
   * Sends something of a talk, once and not when too much waits already: it is said again when it
   * is not heard.
   */
  void talk(NegotiationId id, PeerMessage message) {
    Link link = link(id);
    synchronized (link) {
      if (link.talk.size() >= MOST_TALK) {
        return;
      }
      link.talk.add(new PeerEnvelope(id, 0, link.durableHeard, message));
    }
    drain(id, link);
  }

  private static PeerEnvelope query(NegotiationId id, Link link) {
    return new PeerEnvelope(id, 0, link.durableHeard, new PeerMessage.StateQuery());
  }

  private void resend(NegotiationId id, Link link) {
    Duration pause;
    synchronized (link) {
      link.tries++;
      boolean vain = link.finished && link.tries > LAST_TRIES;
      if (closed || vain || (link.unacknowledged.isEmpty() && !link.asking)) {
        link.resending = false;
        return;
      }
      pause = RESEND.multipliedBy(1L << Math.min(link.tries / 4, 3));
      if (link.queue.isEmpty()) {
        if (link.asking) {
          link.queue.add(query(id, link));
        }
        link.unacknowledged.forEach(
            (n, m) -> link.queue.add(new PeerEnvelope(id, n, link.durableHeard, m)));
      }
    }
    runner.after(pause, () -> resend(id, link));
    drain(id, link);
  }

  private void drain(NegotiationId id, Link link) {
    synchronized (link) {
      if (link.draining || link.isSilent() || closed) {
        return;
      }
      link.draining = true;
    }
    runner.blocking("send", () -> drainNow(id, link));
  }

  private void drainNow(NegotiationId id, Link link) {
    while (true) {
      List<PeerEnvelope> batch;
      synchronized (link) {
        if (link.isSilent() || closed) {
          link.draining = false;
          return;
        }
        batch = new ArrayList<>(link.queue);
        link.queue.clear();
        for (int i = 0; i < TALK_AT_ONCE && !link.talk.isEmpty(); i++) {
          batch.add(link.talk.remove());
        }
        link.spoken = true;
      }
      try {
        sendAll(link, batch);
      } catch (RuntimeException unreachable) {
        // Whatever was lost is sent again by the timer.
        LOG.debug("negotiation {}: {}", id, unreachable.getMessage());
        synchronized (link) {
          forgetSession(link);
          link.queue.clear();
          link.talk.clear();
          link.draining = false;
        }
        return;
      }
    }
  }

  private void sendAll(Link link, List<PeerEnvelope> batch) {
    try {
      sendOnce(link, batch);
    } catch (RuntimeException broken) {
      // The connection may be one with a former life of the other side: a new one is tried at once,
      // for the timer may be slower than what waits for an answer.
      if (!forgetSession(link)) {
        throw broken;
      }
      sendOnce(link, batch);
    }
  }

  private void sendOnce(Link link, List<PeerEnvelope> batch) {
    PeerSession session = session(link);
    for (PeerEnvelope envelope : batch) {
      session.send(envelope);
    }
  }

  /** Returns whether there was a connection, and another can be made. */
  private boolean forgetSession(Link link) {
    synchronized (link) {
      PeerSession broken = link.session;
      link.session = null;
      if (broken != null && link.remote != null) {
        sessions.remove(link.remote, broken);
      }
      return broken != null && link.endpoint != null;
    }
  }

  private PeerSession session(Link link) {
    Address remote;
    PeerEndpoint endpoint;
    synchronized (link) {
      if (link.session != null) {
        return link.session;
      }
      remote = link.remote;
      endpoint = link.endpoint;
    }
    if (remote == null || endpoint == null) {
      throw new EdgeBeatException(
          io.edgebeat.api.error.ErrorCode.PEER_UNREACHABLE, "the other side has not connected yet");
    }
    PeerSession session =
        sessions.computeIfAbsent(remote, r -> transport.connect(endpoint, r, acceptor));
    synchronized (link) {
      link.session = session;
    }
    return session;
  }

  void close() {
    closed = true;
    sessions.values().forEach(PeerSession::close);
  }
}
