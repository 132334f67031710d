package io.edgebeat.testkit;

import io.edgebeat.api.exec.Executor;
import io.edgebeat.api.storage.ContentStore;
import io.edgebeat.api.task.Workload;
import java.time.InstantSource;
import java.util.Optional;

/**
 * An executor with the programs that {@link ExecutorContract} runs. Implemented by the tests of a
 * backend; each test gets its own and closes it.
 */
public interface ExecutorBench extends AutoCloseable {
  /** What a program does. */
  enum Program {
    /** Writes its input to its output and ends without an error. */
    COPIES_INPUT,
    /** Ends with exit code 3. */
    EXITS_WITH_3,
    /** Never ends by itself, and never waits. */
    RUNS_FOREVER,
    /** Writes {@code hello} to its error stream and ends without an error. */
    SAYS_HELLO
  }

  /**
   * The executor.
   *
   * @param clock what it measures leases by
   * @return a new executor, which the test closes
   */
  Executor createExecutor(InstantSource clock);

  /**
   * Where images are, inputs are read from and outputs written to.
   *
   * @return the same at every call
   */
  ContentStore content();

  /**
   * A program.
   *
   * @param program which
   * @return a workload whose image is in {@link #content()}
   */
  Workload workload(Program program);

  /**
   * A program that opens the session of its buyer, says each message of his on its error stream,
   * its output and back to him, and ends without an error when no more come.
   *
   * @return a workload whose image is in {@link #content()}; empty when programs of this executor
   *     cannot use the session
   */
  default Optional<Workload> talks() {
    return Optional.empty();
  }

  /**
   * A workload whose image is no program.
   *
   * @return a workload whose image is in {@link #content()}
   */
  Workload noProgram();

  @Override
  void close();
}
