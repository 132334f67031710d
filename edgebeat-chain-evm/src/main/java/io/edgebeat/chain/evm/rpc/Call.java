package io.edgebeat.chain.evm.rpc;

import java.util.List;
import java.util.function.Function;

/**
 * One call of a method, and how its result is read. Two results are the same when what was read is
 * equal.
 *
 * @param method the method
 * @param params its parameters
 * @param read reads the result; throws {@link BadAnswerException} for what is none
 * @param <T> what the result is read as
 */
public record Call<T>(String method, List<Json> params, Function<Json, T> read) {
  /** Copies the parameters. */
  public Call {
    params = List.copyOf(params);
  }

  /** A call with its parameters in a row. */
  public static <T> Call<T> of(String method, Function<Json, T> read, Json... params) {
    return new Call<>(method, List.of(params), read);
  }
}
