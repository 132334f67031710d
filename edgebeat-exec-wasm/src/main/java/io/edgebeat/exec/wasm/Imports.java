package io.edgebeat.exec.wasm;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.exec.wasm.HostFunctions.HostFunction;
import io.edgebeat.exec.wasm.ModuleShape.ImportedFunction;
import java.util.List;
import java.util.Optional;

/** Whether a module's imports exist here, and if not, why and what its author can do. */
final class Imports {
  private static final String STANDALONE =
      "a function of Emscripten's JavaScript; build with -sSTANDALONE_WASM";
  private static final String EXCEPTIONS =
      "exceptions and longjmp by way of JavaScript; build with -fwasm-exceptions and"
          + " -sSUPPORT_LONGJMP=wasm";

  /** How names begin that Emscripten imports for exceptions and longjmp. */
  private static final List<String> OF_EXCEPTIONS =
      List.of(
          "invoke_",
          "__cxa_",
          "__resumeException",
          "llvm_eh_",
          "setTempRet0",
          "getTempRet0",
          "_emscripten_throw_longjmp",
          "emscripten_longjmp");

  /** How names begin that it imports for everything else. */
  private static final List<String> OF_JAVASCRIPT =
      List.of(
          "emscripten_",
          "_emscripten_",
          "__syscall_",
          "__asyncjs__",
          "__assert_fail",
          "__call_sighandler",
          "_abort_js",
          "abort",
          "exit",
          "_tzset_js",
          "_localtime_js",
          "_gmtime_js",
          "_mktime_js",
          "_timegm_js",
          "_mmap_js",
          "_munmap_js",
          "_setitimer_js",
          "_dlopen_js",
          "_dlsym_js",
          "_dlinit",
          "strftime",
          "system");

  private Imports() {}

  /**
   * Refuses what imports anything but functions that exist here, with the types they have for a
   * program with such words.
   *
   * @throws EdgeBeatException {@code WORKLOAD_REFUSED} naming the import and what to do, {@code
   *     BAD_WORKLOAD} without a memory
   */
  static void check(ModuleShape shape, Word word) {
    for (ImportedFunction wanted : shape.imports()) {
      Optional<String> missing = missing(wanted, word);
      if (missing.isPresent()) {
        long more =
            shape.imports().stream().filter(other -> missing(other, word).isPresent()).count() - 1;
        throw new EdgeBeatException(
            ErrorCode.WORKLOAD_REFUSED,
            "the module imports "
                + wanted.fullName()
                + missing.get()
                + (more == 0 ? "" : "; " + more + " more of its imports are not here"));
      }
    }
    if (!shape.imports().isEmpty() && shape.memory().isEmpty()) {
      throw new EdgeBeatException(
          ErrorCode.BAD_WORKLOAD, "the module imports host functions but has no memory");
    }
  }

  /** Why an import is not here, to be read behind its name; empty when it is. */
  static Optional<String> missing(ImportedFunction wanted, Word word) {
    HostFunction known = HostFunctions.find(wanted.module(), wanted.name());
    if (known == null) {
      return Optional.of(", which does not exist here: " + advice(wanted));
    }
    FunctionShape right = known.shape(word);
    if (right.equals(wanted.shape())) {
      return Optional.empty();
    }
    String wrong = " as " + wanted.shape() + "; in a module with ";
    for (Word other : Word.values()) {
      if (known.shape(other).equals(wanted.shape())) {
        return Optional.of(
            wrong
                + word.bits()
                + "-bit addresses, as this one, it is "
                + right
                + "; build all of it for addresses of one length");
      }
    }
    return Optional.of(wrong + word.bits() + "-bit addresses it is " + right);
  }

  private static String advice(ImportedFunction wanted) {
    String name = wanted.name();
    if (wanted.module().equals(HostFunctions.ENV)) {
      if (OF_EXCEPTIONS.stream().anyMatch(name::startsWith)) {
        return EXCEPTIONS;
      }
      return OF_JAVASCRIPT.stream().anyMatch(name::startsWith)
          ? STANDALONE
          : "link what defines it; an import in env is a function that the linker did not find";
    }
    return "there are "
        + HostFunctions.WASI
        + " and edgebeat.stream_open; build for WASI preview 1";
  }
}
