package io.edgebeat.chain.evm.rpc;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** Requests and answers of JSON-RPC 2.0. */
final class JsonRpc {
  private final Channel channel;
  private final AtomicLong ids = new AtomicLong();

  JsonRpc(Channel channel) {
    this.channel = channel;
  }

  /** What distinguishes one question from another. */
  private record Question(String method, List<Json> params) {}

  /**
   * Some calls in one request. A question that several of them ask is asked once.
   *
   * @return what is said to each, a result or an error, in their order
   * @throws IOException when there is no whole answer
   * @throws BadAnswerException when it is not one to these calls
   */
  List<Json> exchange(List<Call<?>> calls) throws IOException {
    if (calls.size() == 1) {
      return ask(calls);
    }
    Map<Question, Integer> at = new HashMap<>();
    List<Call<?>> asked = new ArrayList<>();
    List<Integer> places = new ArrayList<>();
    for (Call<?> call : calls) {
      Integer before =
          isQuestion(call)
              ? at.putIfAbsent(new Question(call.method(), call.params()), asked.size())
              : null;
      places.add(before == null ? asked.size() : before);
      if (before == null) {
        asked.add(call);
      }
    }
    List<Json> answers = ask(asked);
    return places.stream().map(answers::get).toList();
  }

  /** Whether a node does nothing but answer. */
  private static boolean isQuestion(Call<?> call) {
    return call.method().startsWith("eth_") && !call.method().startsWith("eth_send");
  }

  private List<Json> ask(List<Call<?>> calls) throws IOException {
    long first = ids.getAndAdd(calls.size());
    StringBuilder request = new StringBuilder(256 * calls.size());
    if (calls.size() > 1) {
      request.append('[');
    }
    for (int i = 0; i < calls.size(); i++) {
      Call<?> call = calls.get(i);
      request.append(i == 0 ? "" : ",").append("{\"jsonrpc\":\"2.0\",\"id\":").append(first + i);
      request.append(",\"method\":\"").append(call.method()).append("\",\"params\":");
      new Json.Arr(call.params()).write(request);
      request.append('}');
    }
    if (calls.size() > 1) {
      request.append(']');
    }
    return channel.post(
        request.toString().getBytes(StandardCharsets.UTF_8),
        body -> answers(calls.size(), first, Json.parse(body)));
  }

  private static List<Json> answers(int calls, long first, Json answer) {
    if (calls > 1) {
      return inOrder(calls, first, answer);
    }
    if (id(answer) != first) {
      throw new BadAnswerException("the answer is to another call");
    }
    return List.of(answer);
  }

  private static List<Json> inOrder(int calls, long first, Json answer) {
    if (answer instanceof Json.Obj && answer.at("error") instanceof Json.Obj error) {
      throw new BadAnswerException("it refuses all: " + Answers.NodeError.read(error).message());
    }
    if (!(answer instanceof Json.Arr many) || many.items().size() != calls) {
      throw new BadAnswerException("not as many answers as calls");
    }
    Map<Long, Json> byId = new HashMap<>();
    for (Json one : many.items()) {
      byId.put(id(one), one);
    }
    List<Json> answers = new ArrayList<>();
    for (int i = 0; i < calls; i++) {
      Json one = byId.get(first + i);
      if (one == null) {
        throw new BadAnswerException("a call has no answer");
      }
      answers.add(one);
    }
    return answers;
  }

  private static long id(Json answer) {
    if (!(answer.at("id") instanceof Json.Num number) || number.digits().length() > 18) {
      return -1;
    }
    long id = 0;
    for (int i = 0; i < number.digits().length(); i++) {
      int digit = number.digits().charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      id = 10 * id + digit;
    }
    return id;
  }
}
