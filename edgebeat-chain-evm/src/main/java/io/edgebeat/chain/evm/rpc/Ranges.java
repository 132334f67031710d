package io.edgebeat.chain.evm.rpc;

import java.net.SocketTimeoutException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Questions for the logs of many blocks, and how nodes and the gateways before them refuse one that
 * is too much: in words, by a status of HTTP, or by giving up. Whoever asked then asks for less.
 */
final class Ranges {
  /** Besides this, nodes say with the same number that one asks too often. */
  static final long LIMIT_EXCEEDED = -32_005;

  /** Words about how often, not about how much. */
  private static final Pattern OFTEN =
      Pattern.compile("\\b(rate|requests|daily|per (second|minute|day))\\b");

  private Ranges() {}

  /** Whether all of these can be asked for less. */
  static boolean are(List<Call<?>> calls) {
    return calls.stream().allMatch(Ranges::is);
  }

  static boolean is(Call<?> call) {
    if (!call.method().equals("eth_getLogs") || call.params().isEmpty()) {
      return false;
    }
    Json filter = call.params().getFirst();
    return !filter.at("fromBlock").isNull() && !filter.at("fromBlock").equals(filter.at("toBlock"));
  }

  /** Whether what a node says means that one asks too often: another one may do. */
  static boolean isTooOften(Call<?> call, Answers.NodeError said) {
    return said.code() == LIMIT_EXCEEDED && (!is(call) || OFTEN.matcher(said.message()).find());
  }

  /** What a failure says against a range; empty when it has nothing to do with its length. */
  static Optional<Answers.NodeError> refusal(Exception failure) {
    if (isSilence(failure)) {
      return Optional.of(refusal(String.valueOf(failure.getMessage())));
    }
    if (!(failure instanceof StatusException answer)) {
      return Optional.empty();
    }
    return switch (answer.status()) {
      case 413 -> Optional.of(refusal(String.valueOf(answer.getMessage())));
      case 400 -> said(answer.body());
      default -> Optional.empty();
    };
  }

  /** Whether it took too long: the node, or the gateway, may as well be of no use at all. */
  static boolean isSilence(Exception failure) {
    return failure instanceof StatusException answer
        ? answer.status() == 504
        : failure instanceof SocketTimeoutException && !(failure instanceof UnreachedException);
  }

  private static Optional<Answers.NodeError> said(byte[] body) {
    try {
      return Json.parse(body).at("error") instanceof Json.Obj error
          ? Optional.of(refusal(Answers.NodeError.read(error).message()))
          : Optional.empty();
    } catch (BadAnswerException e) {
      return Optional.empty();
    }
  }

  /** Without what some nodes add to it: reading logs reverts nothing. */
  static Answers.NodeError refusal(String why) {
    return new Answers.NodeError(LIMIT_EXCEEDED, why, "");
  }
}
