package io.edgebeat.benchmarks.simulate;

import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.market.NegotiationId;
import io.edgebeat.api.net.PeerEnvelope;
import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.core.agreement.AgreementSide;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;

/**
 * Remembers what each node has said, and holds it to that: after a restart it still knows every
 * message that it has acknowledged - a voucher, a tick - and every one that it has sent, and says
 * the same under the same number.
 */
public final class GivenWord {
  private final Map<Speaker, Word> words = new HashMap<>();
  private final Consumer<String> violation;

  private final Map<Object, Signed> signed = new HashMap<>();
  private final Map<String, ToLongFunction<NegotiationId>> forgetful = new HashMap<>();
  private final Map<Speaker, TreeMap<Long, PeerMessage>> forgotten = new HashMap<>();

  private record Paid(AgreementId id, long sequence) {}

  private record Signed(PeerMessage message, long number) {}

  private record Speaker(String node, NegotiationId negotiation) {}

  private static final class Word {
    final TreeMap<Long, PeerMessage> said = new TreeMap<>();
    long seen;
  }

  /** Nothing is said yet. */
  public GivenWord(Consumer<String> violation) {
    this.violation = violation;
  }

  /** A node's engine says something, whatever becomes of it. */
  public void given(String node, PeerEnvelope envelope) {
    Word word = words.computeIfAbsent(new Speaker(node, envelope.negotiation()), s -> new Word());
    word.seen = Math.max(word.seen, envelope.seen());
    again(node, envelope);
    money(node, envelope);
    if (envelope.sequence() == 0) {
      // Only an acknowledgement.
      return;
    }
    PeerMessage before = word.said.putIfAbsent(envelope.sequence(), envelope.message());
    if (before != null && !before.equals(envelope.message())) {
      violation.accept(
          node
              + " says as message "
              + envelope.sequence()
              + " "
              + envelope.message()
              + ", and has said "
              + before);
    }
  }

  /**
   * A node goes back to an old backup: numbers it has given it may give again, money it may not,
   * unless nobody could remind it.
   *
   * @param heard up to which message of this node the other side knows it, at any later time
   */
  void forget(String node, ToLongFunction<NegotiationId> heard) {
    words.forEach(
        (speaker, word) -> {
          if (speaker.node.equals(node)) {
            forgotten.put(speaker, word.said);
          }
        });
    words.keySet().removeIf(speaker -> speaker.node.equals(node));
    forgetful.put(node, heard);
  }

  /** A number is used for something else, unheard: what was said from there on is nobody's. */
  private void again(String node, PeerEnvelope envelope) {
    long number = envelope.sequence();
    TreeMap<Long, PeerMessage> before = forgotten.get(new Speaker(node, envelope.negotiation()));
    if (before == null || number == 0 || number <= heardOf(node, envelope.negotiation())) {
      return;
    }
    PeerMessage said = before.get(number);
    if (said != null && !said.equals(envelope.message())) {
      Map<Long, PeerMessage> lost = before.tailMap(number, true);
      signed.values().removeIf(each -> each.message.equals(lost.get(each.number)));
      lost.clear();
    }
  }

  /** What was signed about money is said once: again the same, never something else. */
  private void money(String node, PeerEnvelope envelope) {
    PeerMessage message = envelope.message();
    Optional<Object> about =
        switch (message) {
          case PeerMessage.VoucherSent m ->
              Optional.of(
                  new Paid(m.voucher().message().agreementId(), m.voucher().message().sequence()));
          case PeerMessage.SettlementSigned m ->
              Optional.of(m.settlement().message().agreementId());
          default -> Optional.empty();
        };
    about.ifPresent(
        key -> {
          Signed now = new Signed(message, envelope.sequence());
          Signed before = signed.putIfAbsent(key, now);
          if (before == null || before.message.equals(message)) {
            return;
          }
          if (before.number > heardOf(node, envelope.negotiation())) {
            // It was lost on its way, and so was the memory of it.
            signed.put(key, now);
          } else {
            violation.accept(node + " signs " + message + ", and has signed " + before.message);
          }
        });
  }

  /** Up to which message others know what a node has said; all of it, unless it has forgotten. */
  private long heardOf(String node, NegotiationId negotiation) {
    ToLongFunction<NegotiationId> heard = forgetful.get(node);
    if (heard == null) {
      return Long.MAX_VALUE;
    }
    return words.entrySet().stream()
        .filter(each -> !each.getKey().node.equals(node))
        .filter(each -> each.getKey().negotiation.equals(negotiation))
        .mapToLong(each -> each.getValue().seen)
        .reduce(heard.applyAsLong(negotiation), Math::max);
  }

  /**
   * What a node knows of a negotiation.
   *
   * @param negotiation which
   * @param heard the last message of the other side that it keeps
   * @param said the last one of its own
   */
  public record Known(NegotiationId negotiation, long heard, long said) {}

  /**
   * What a node has given its word for in a negotiation.
   *
   * @param negotiation which
   * @param seen the last message of the other side that it has acknowledged
   * @param said the last one that it has sent
   */
  public record Given(NegotiationId negotiation, long seen, long said) {}

  /** What a node must know from now on. */
  public List<Given> given(String node) {
    return words.entrySet().stream()
        .filter(each -> each.getKey().node.equals(node))
        .map(
            each -> {
              Word word = each.getValue();
              long said = word.said.isEmpty() ? 0 : word.said.lastKey();
              return new Given(each.getKey().negotiation, word.seen, said);
            })
        .toList();
  }

  /** A node is up again, with what its journal has kept. */
  public void recovered(String node, List<AgreementSide> sides) {
    remembers(
        node,
        given(node),
        sides.stream()
            .map(side -> new Known(side.negotiation(), side.heard(), side.said()))
            .toList());
  }

  /**
   * A node is up again, and says what it knows.
   *
   * @param node which
   * @param given what it had given before it was asked
   * @param all its answer
   */
  public void remembers(String node, List<Given> given, List<Known> all) {
    for (Given word : given) {
      long heard = 0;
      long said = 0;
      for (Known known : all) {
        if (known.negotiation().equals(word.negotiation)) {
          heard = known.heard();
          said = known.said();
        }
      }
      if (heard < word.seen) {
        violation.accept(
            node
                + " has acknowledged message "
                + word.seen
                + " and knows "
                + heard
                + " after its restart");
      }
      if (said < word.said) {
        violation.accept(
            node
                + " has sent message "
                + word.said
                + " and knows of "
                + said
                + " after its restart");
      }
    }
  }
}
