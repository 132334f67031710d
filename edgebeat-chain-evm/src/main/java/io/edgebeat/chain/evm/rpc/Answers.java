package io.edgebeat.chain.evm.rpc;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** The answers to some calls, each a result or the node's own error. */
public final class Answers {
  private final String endpoint;
  private final List<Call<?>> calls;
  private final List<Answer> answers;

  /** By identity: two calls that look alike may read their results in different ways. */
  private final IdentityHashMap<Call<?>, Integer> indices = new IdentityHashMap<>();

  /** One answer. */
  record Answer(Optional<Object> result, Optional<NodeError> error) {}

  /**
   * What a node says against a call.
   *
   * @param code its number
   * @param message its words, cut and cleaned
   * @param data what it adds, such as the bytes of a revert; empty when nothing
   */
  public record NodeError(long code, String message, String data) {
    private static final int MAX_MESSAGE = 300;

    static NodeError read(Json error) {
      String code = error.at("code") instanceof Json.Num number ? number.digits() : "0";
      String message = error.at("message").textOrNull();
      Json data = error.at("data");
      String bytes = data.textOrNull();
      if (bytes == null && data instanceof Json.Obj) {
        // Some wrap what was reverted with.
        bytes = data.at("data").textOrNull();
      }
      return new NodeError(
          code.matches("-?[0-9]{1,17}") ? Long.parseLong(code) : 0,
          clean(message == null ? "no reason given" : message),
          bytes == null ? "" : bytes);
    }

    /** A stranger's words, fit for a line of a log. */
    static String clean(String words) {
      String cut = words.length() > MAX_MESSAGE ? words.substring(0, MAX_MESSAGE) + ".." : words;
      return cut.replaceAll("[^ -~]", "?");
    }

    /** Whether the call was carried out, and was reverted: then any node says the same. */
    public boolean isRevert() {
      return code == 3 || !data.isEmpty() || message.contains("revert");
    }
  }

  Answers(String endpoint, List<Call<?>> calls, List<Answer> answers) {
    this.endpoint = endpoint;
    this.calls = List.copyOf(calls);
    this.answers = List.copyOf(answers);
    for (int i = 0; i < calls.size(); i++) {
      indices.put(calls.get(i), i);
    }
  }

  /** What a node has said against a call; empty when it has given a result. */
  public Optional<NodeError> error(Call<?> call) {
    return answers.get(index(call)).error();
  }

  /**
   * The result of a call.
   *
   * @throws io.edgebeat.api.error.EdgeBeatException {@code LEDGER_UNAVAILABLE} when the node has
   *     refused it
   */
  @SuppressWarnings("unchecked")
  public <T> T get(Call<T> call) {
    Answer answer = answers.get(index(call));
    if (answer.error().isPresent()) {
      NodeError error = answer.error().get();
      throw RpcException.refused(endpoint, call.method(), error);
    }
    return (T) answer.result().orElseThrow();
  }

  private int index(Call<?> call) {
    Integer index = indices.get(call);
    if (index == null) {
      throw new IllegalArgumentException("not asked: " + call.method());
    }
    return index;
  }

  /** Whether the node has refused a call for a reason of its own. */
  boolean isRefused() {
    return answers.stream().anyMatch(a -> a.error().filter(e -> !e.isRevert()).isPresent());
  }

  /** Who has answered, without secrets. */
  public String endpoint() {
    return endpoint;
  }

  /** The first call that another endpoint has answered otherwise; a node's words do not count. */
  Optional<String> difference(Answers other) {
    for (int i = 0; i < answers.size(); i++) {
      Answer mine = answers.get(i);
      Answer its = other.answers.get(i);
      boolean same =
          mine.error().isPresent()
              ? its.error().isPresent()
                  && mine.error().get().data().equals(its.error().get().data())
              : its.error().isEmpty() && Objects.equals(mine.result(), its.result());
      if (!same) {
        return Optional.of(calls.get(i).method());
      }
    }
    return Optional.empty();
  }
}
