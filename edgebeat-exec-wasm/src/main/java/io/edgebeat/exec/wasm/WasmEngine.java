package io.edgebeat.exec.wasm;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.exec.wasm.snapshot.MachineState;
import java.util.BitSet;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * A WebAssembly runtime behind the executor. Everything of the executor that is not in an
 * implementation of this interface knows no runtime.
 */
interface WasmEngine {

  /** Its name and version, for people. */
  String name();

  /**
   * Parses and validates.
   *
   * @throws io.edgebeat.api.error.EdgeBeatException {@code BAD_WORKLOAD}, {@code WORKLOAD_REFUSED}
   */
  void validate(byte[] image);

  /**
   * Parses, validates and compiles.
   *
   * @throws io.edgebeat.api.error.EdgeBeatException {@code BAD_WORKLOAD}, {@code WORKLOAD_REFUSED}
   */
  Compiled compile(byte[] image, ModuleShape shape);

  /** A compiled module, of which any number of instances can be made, each isolated. */
  interface Compiled {

    /**
     * Makes a fresh instance, which runs the module's start function. Called on the thread that
     * will run the guest.
     *
     * @param imports what answers the module's imports, in their order
     * @param memoryPages the most pages of memory
     * @param probe is called where the engine can do so; may throw {@link GuestEnd}
     * @return the instance
     * @throws GuestEnd as {@link Instance#call}
     */
    Instance instantiate(List<HostCall> imports, long memoryPages, Runnable probe);

    /** How much there is of it: the module and its code. */
    long sizeBytes();
  }

  /** One instance. */
  interface Instance {

    /**
     * Ends the call that is under way where an interrupt of its thread alone does not. For any
     * thread; waits for nothing, and may be asked again.
     */
    default void stop() {}

    /**
     * Calls an exported function on the current thread. An interrupt of this thread ends the call
     * at the next call or backward branch of the guest, with {@link GuestEnd.Stop}.
     *
     * @param function its name
     * @param arguments raw bits
     * @return raw bits
     * @throws GuestEnd what ended the guest
     */
    long[] call(String function, long[] arguments);

    /** How much linear memory there is now; for any thread. */
    long memoryBytes();

    /**
     * The hidden global {@code edgebeat:fuel}; 0 when the module has none. While the guest runs it
     * may be behind what the guest has used.
     */
    long fuelLeft();

    /** Sets it; for the guest's thread, while no call is under way or inside a host function. */
    void fuelLeft(long units);

    /**
     * From now on a metered guest whose fuel has become negative calls this with 0, in place of a
     * trap: on its own thread, in the midst of its call. It sets {@link #fuelLeft(long)} so that
     * the guest can go on, or throws {@link GuestEnd}. Told before the first call.
     *
     * @param more is called with another number when the guest only wants to know whether it may
     *     use so much besides; its fuel is then lower by that and by what it has not told yet, for
     *     the time of the call
     */
    void shortOfFuel(LongConsumer more);

    /** Whether the guest was ended because its calls were nested too deeply. */
    boolean tooDeep();

    /**
     * What it holds between two calls, its fuel apart. The memory is not copied: it is that of the
     * instance.
     *
     * @throws EdgeBeatException {@code UNSUPPORTED} naming a reference that is its host's, which
     *     nobody can write down
     */
    MachineState state();

    /**
     * Puts a state in the place of what the instance began with, before any call. Whoever gets an
     * exception does not use the instance.
     *
     * @param state the state; its memory is used from now on
     * @param references the functions that references can be to
     * @throws EdgeBeatException {@code BAD_WORKLOAD} naming what does not fit the module
     */
    void restore(MachineState state, BitSet references);

    /**
     * Gives back what other instances can use; the guest has ended, and nothing is called after.
     */
    void release();
  }

  /** One function of the host. */
  @FunctionalInterface
  interface HostCall {

    /**
     * Answers the guest.
     *
     * @param memory the guest's memory, which has no bytes when the module has none
     * @param arguments raw bits
     * @return raw bits of the one result; ignored when the function has none
     * @throws GuestEnd to end the guest
     */
    long call(GuestMemory memory, long[] arguments);
  }
}
