package io.edgebeat.exec.wasm.lower;

import static io.edgebeat.exec.wasm.lower.SourceModule.*;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes the sections of the lowered module; custom sections are left out. */
final class ModuleWriter {
  private static final byte[] HEADER = {0, 'a', 's', 'm', 1, 0, 0, 0};

  private final SourceModule source;
  private final ThrowAnalysis throwing;
  private final boolean exceptions;
  private final Pending pending;
  private final TypeTable types;

  /** The functions of the module for which a wrapper stands at the module's border. */
  private final Map<Integer, Integer> wrapped = new LinkedHashMap<>();

  ModuleWriter(SourceModule source, ThrowAnalysis throwing) {
    this.source = source;
    this.throwing = throwing;
    this.exceptions = throwing.any();
    this.pending = new Pending(source);
    this.types = new TypeTable(source.types);
  }

  byte[] write() {
    Output code = new Output();
    for (int i = 0; i < source.bodies.size(); i++) {
      code.sized(new BodyLowering(source, throwing, pending, types, i).lower());
    }
    Output exports = exports();
    int start = source.start < 0 ? -1 : outside(source.start);

    Output out = new Output().bytes(HEADER);
    boolean globals = !exceptions;
    for (int id : source.order()) {
      if (!globals && rank(id) > rank(GLOBALS)) {
        section(out, GLOBALS, globals(null));
        globals = true;
      }
      Input in = source.section(id);
      Output content = new Output();
      switch (id) {
        case TYPES -> {
          in.index();
          content.u(types.count()).bytes(in.rest());
          types.added().forEach(type -> type.writeTo(content));
        }
        case FUNCTIONS -> {
          int own = in.index();
          content.u(own + wrapped.size()).bytes(in.rest());
          wrapped.keySet().forEach(function -> content.u(source.functions.get(function)));
        }
        case TABLES -> tables(content);
        case MEMORIES -> memory(content);
        case GLOBALS -> {
          globals = true;
          content.bytes(globals(in).toByteArray());
        }
        case EXPORTS -> content.bytes(exports.toByteArray());
        case START -> content.u(start);
        case ELEMENTS -> source.elements(in, content);
        case CODE -> {
          content.u(source.bodies.size() + wrapped.size()).bytes(code.toByteArray());
          wrapped.keySet().forEach(function -> content.sized(wrapper(function)));
        }
        case DATA -> data(in, content);
        case TAGS -> {
          continue;
        }
        default -> content.bytes(in.rest());
      }
      section(out, id, content);
    }
    return out.toByteArray();
  }

  /** The place of a section in the order of sections. */
  private static int rank(int id) {
    return switch (id) {
      case TAGS -> 2 * MEMORIES + 1;
      case 12 -> 2 * ELEMENTS + 1;
      default -> 2 * id;
    };
  }

  private static void section(Output out, int id, Output content) {
    out.op(id).sized(content);
  }

  private Output globals(@Nullable Input in) {
    Output content = new Output();
    int own = in == null ? 0 : in.index();
    content.u(own + (exceptions ? pending.count() : 0));
    if (in != null) {
      content.bytes(in.rest());
    }
    if (exceptions) {
      pending.writeTo(content);
    }
    return content;
  }

  private Output exports() {
    Output list = new Output();
    int count = 0;
    for (Export export : source.exports) {
      if (export.kind() != 4) { // a tag means nothing to a host
        int index = export.kind() == 0 ? outside(export.index()) : export.index();
        byte[] name = export.name().rest();
        list.u(name.length).bytes(name).op(export.kind()).u(index);
        count++;
      }
    }
    return new Output().u(count).bytes(list.toByteArray());
  }

  /** The function that stands for one of the module's where the host calls it. */
  private int outside(int function) {
    if (!throwing.mayThrow(function)) {
      return function;
    }
    int next = source.functions.size() + wrapped.size();
    return wrapped.computeIfAbsent(function, key -> next);
  }

  /** Calls a function and traps if an exception leaves it. */
  private Output wrapper(int function) {
    Output body = new Output().u(0);
    for (int i = 0; i < source.signature(function).parameters().length; i++) {
      body.op(0x20).u(i);
    }
    body.op(Instructions.CALL).u(function).op(Instructions.GLOBAL_GET).u(pending.tag());
    return body.op(
        Instructions.IF, 0x40, Instructions.UNREACHABLE, Instructions.END, Instructions.END);
  }

  private void tables(Output content) {
    content.u(source.tables.size());
    for (Table table : source.tables) {
      Size size = table.size();
      content.op(table.type() & 0xff);
      long most = size.is64() ? 0xffff_fffeL : 0xffff_ffffL;
      boolean bounded = size.max() != Size.NONE && Long.compareUnsigned(size.max(), most) <= 0;
      content.op(bounded ? 1 : 0).u(size.min());
      if (bounded) {
        content.u(size.max());
      }
    }
  }

  private void memory(Output content) {
    Size size = source.memory;
    content.u(size == null ? 0 : 1);
    if (size != null) {
      if (size.min() < 0 || size.min() > Lowering.MOST_PAGES) {
        throw Input.refused(
            "a memory of at least "
                + Long.toUnsignedString(size.min())
                + " pages; at most "
                + Lowering.MOST_PAGES
                + " can be given");
      }
      long max =
          size.max() == Size.NONE || size.max() > Lowering.MOST_PAGES
              ? Lowering.MOST_PAGES
              : size.max();
      content.op(1).u(size.min()).u(max);
    }
  }

  private void data(Input in, Output content) {
    int count = in.index();
    content.u(count);
    for (int i = 0; i < count; i++) {
      int flags = in.index();
      if (flags == 2) {
        in.index();
      }
      content.u(flags == 1 ? 1 : 0);
      if (flags != 1) {
        source.offset(in, content, source.memory64());
      }
      int from = in.position();
      in.skip(in.index());
      content.bytes(in.since(from));
    }
  }
}
