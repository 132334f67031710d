/** The WebAssembly executor: strangers' modules in this JVM, sandboxed, limited and leased. */
module io.edgebeat.exec.wasm {
  requires transitive io.edgebeat.api;
  requires com.dylibso.chicory.compiler;
  requires com.dylibso.chicory.runtime;
  requires com.dylibso.chicory.wasm;
  requires java.management;
  requires jdk.jfr;
  requires static org.graalvm.polyglot;
  requires org.objectweb.asm;
  requires org.objectweb.asm.commons;
  requires org.objectweb.asm.tree;
  requires org.slf4j;

  exports io.edgebeat.exec.wasm;

  provides io.edgebeat.spi.ExecutorProvider with
      io.edgebeat.exec.wasm.WasmExecutorProvider;
}
