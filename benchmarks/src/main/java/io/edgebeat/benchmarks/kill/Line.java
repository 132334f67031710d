package io.edgebeat.benchmarks.kill;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.error.RetryAdvice;
import io.edgebeat.core.codec.RecordCodec;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;

/** One connection over loopback: both ends ask and answer, and say what needs no answer. */
final class Line implements AutoCloseable {
  private static final RecordCodec<Word> CODEC = RecordCodec.of(Word.class);
  private static final int LONGEST = 1 << 26;

  private final Socket socket;
  private final OutputStream out;
  private final AtomicLong count = new AtomicLong();
  private final Map<Long, CompletableFuture<Word.Answer>> open = new ConcurrentHashMap<>();
  private volatile boolean ended;

  Line(Socket socket) throws IOException {
    this.socket = socket;
    socket.setTcpNoDelay(true);
    this.out = socket.getOutputStream();
  }

  /** Reads one word; null at the end of the line. */
  static Word read(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > LONGEST) {
      throw new IOException("a word of " + length + " bytes");
    }
    byte[] bytes = new byte[length];
    in.readFully(bytes);
    return CODEC.decode(bytes);
  }

  DataInputStream input() throws IOException {
    return new DataInputStream(new BufferedInputStream(socket.getInputStream()));
  }

  /**
   * Reads until the line ends.
   *
   * @param answer what is asked here is answered by this, each question on a thread of its own
   * @param heard is told of what needs no answer, in its order
   */
  void follow(
      DataInputStream in,
      Function<Word.Question, Word.Answer> answer,
      Consumer<Word.Spoken> heard) {
    try {
      while (true) {
        switch (read(in)) {
          case Word.Asked asked ->
              Thread.ofVirtual()
                  .start(() -> say(new Word.Answered(asked.number(), guarded(answer, asked))));
          case Word.Answered answered -> {
            CompletableFuture<Word.Answer> waits = open.remove(answered.number());
            if (waits != null) {
              waits.complete(answered.answer());
            }
          }
          case Word.Spoken spoken -> heard.accept(spoken);
          case Word.Hello hello -> {}
        }
      }
    } catch (IOException over) {
      close();
    }
  }

  private static Word.Answer guarded(
      Function<Word.Question, Word.Answer> answer, Word.Asked asked) {
    try {
      return answer.apply(asked.question());
    } catch (EdgeBeatException e) {
      return new Word.Answer.Failed(e.code(), e.advice(), String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      return new Word.Answer.Failed(ErrorCode.INTERNAL, RetryAdvice.NEVER, e.toString());
    }
  }

  /** Says something; whether it arrives is not known. */
  void say(Word word) {
    byte[] bytes = CODEC.encode(word);
    byte[] frame = ByteBuffer.allocate(4 + bytes.length).putInt(bytes.length).put(bytes).array();
    try {
      synchronized (out) {
        out.write(frame);
      }
    } catch (IOException gone) {
      close();
    }
  }

  CompletableFuture<Word.Answer> ask(Word.Question question) {
    long number = count.incrementAndGet();
    CompletableFuture<Word.Answer> answer = new CompletableFuture<>();
    open.put(number, answer);
    say(new Word.Asked(number, question));
    if (ended) {
      answer.completeExceptionally(gone());
    }
    return answer;
  }

  /**
   * Asks and waits.
   *
   * @throws EdgeBeatException what the other end has answered with, or {@code LEDGER_UNAVAILABLE}
   *     when there is nobody at the other end any more
   */
  <A extends Word.Answer> A ask(Class<A> kind, Word.Question question, Duration atMost) {
    try {
      Word.Answer answer = ask(question).get(atMost.toMillis(), TimeUnit.MILLISECONDS);
      if (answer instanceof Word.Answer.Failed failed) {
        throw new EdgeBeatException(failed.code(), failed.advice(), failed.reason(), null);
      }
      return kind.cast(answer);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EdgeBeatException(
          ErrorCode.INTERRUPTED, RetryAdvice.SAME_CALL, "interrupted: " + question, e);
    } catch (ExecutionException e) {
      throw gone();
    } catch (TimeoutException e) {
      throw new EdgeBeatException(
          ErrorCode.TIMED_OUT, RetryAdvice.SAME_CALL, "no answer to " + question, e);
    }
  }

  private static EdgeBeatException gone() {
    return new EdgeBeatException(
        ErrorCode.LEDGER_UNAVAILABLE, RetryAdvice.SAME_CALL, "the other end is gone", null);
  }

  @Override
  public void close() {
    ended = true;
    try {
      socket.close();
    } catch (IOException e) {
      throw new IllegalStateException("a socket that does not close", e);
    }
    open.values().forEach(waits -> waits.completeExceptionally(gone()));
  }
}
