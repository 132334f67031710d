package io.edgebeat.rules;

import com.sun.source.tree.BlockTree;
import com.sun.source.tree.CatchTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.ImportTree;
import com.sun.source.tree.MemberReferenceTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.ToolProvider;

/** What only a source tells: a class file calls {@code ordinal} for every switch over an enum. */
final class SourceRules {
  private final SourcePositions positions;
  private final List<String> problems = new ArrayList<>();
  private int files;

  private SourceRules(SourcePositions positions) {
    this.positions = positions;
  }

  /** How many files were read, and one line for everything that is banned. */
  record Found(int files, List<String> problems) {}

  static Found read(Iterable<? extends JavaFileObject> sources) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    JavacTask task =
        (JavacTask) compiler.getTask(null, null, null, List.of("-proc:none"), null, sources);
    SourceRules rules = new SourceRules(Trees.instance(task).getSourcePositions());
    for (CompilationUnitTree unit : task.parse()) {
      rules.files++;
      rules.read(unit);
    }
    return new Found(rules.files, rules.problems);
  }

  private void read(CompilationUnitTree unit) {
    new TreePathScanner<Void, Void>() {
      @Override
      public Void visitImport(ImportTree imported, Void unused) {
        String name = imported.getQualifiedIdentifier().toString();
        if (name.equals("java.util.concurrent.Executor")) {
          problem(unit, imported, "imports " + name + " beside ours");
        }
        return super.visitImport(imported, null);
      }

      @Override
      public Void visitMethodInvocation(MethodInvocationTree call, Void unused) {
        Tree method = call.getMethodSelect();
        boolean ordinal =
            switch (method) {
              case MemberSelectTree select -> select.getIdentifier().contentEquals("ordinal");
              case IdentifierTree own -> own.getName().contentEquals("ordinal");
              default -> false;
            };
        if (ordinal && call.getArguments().isEmpty()) {
          problem(unit, call, "asks for the ordinal of an enum, which a new constant changes");
        }
        return super.visitMethodInvocation(call, null);
      }

      @Override
      public Void visitMemberReference(MemberReferenceTree reference, Void unused) {
        if (reference.getName().contentEquals("ordinal")) {
          problem(unit, reference, "asks for the ordinal of an enum, which a new constant changes");
        }
        return super.visitMemberReference(reference, null);
      }

      @Override
      public Void visitCatch(CatchTree caught, Void unused) {
        BlockTree block = caught.getBlock();
        if (block.getStatements().isEmpty() && !text(unit, block).contains("/")) {
          problem(
              unit,
              caught,
              "swallows " + caught.getParameter().getType() + " and does not say why");
        }
        return super.visitCatch(caught, null);
      }
    }.scan(unit, null);
  }

  private void problem(CompilationUnitTree unit, Tree where, String what) {
    String file = unit.getSourceFile().getName();
    long line = unit.getLineMap().getLineNumber(positions.getStartPosition(unit, where));
    problems.add(file.substring(file.lastIndexOf('/') + 1) + ":" + line + " " + what);
  }

  private String text(CompilationUnitTree unit, Tree tree) {
    try {
      return unit.getSourceFile()
          .getCharContent(true)
          .subSequence(
              (int) positions.getStartPosition(unit, tree),
              (int) positions.getEndPosition(unit, tree))
          .toString();
    } catch (IOException e) {
      throw new IllegalStateException("cannot read " + unit.getSourceFile().getName(), e);
    }
  }
}
