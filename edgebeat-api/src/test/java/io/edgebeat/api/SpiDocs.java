package io.edgebeat.api;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.doctree.DocTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.ToolProvider;

/** Reads what the sources of interfaces for backends promise; only parsed, not compiled. */
final class SpiDocs {
  private static final List<String> SECTIONS =
      List.of("Threads:", "Blocking:", "Errors:", "After close:");
  private static final Set<Modifier> NO_PROMISE = EnumSet.of(Modifier.STATIC, Modifier.PRIVATE);

  private final DocTrees docs;

  /** Public interfaces by their simple names, and whether they are for backends. */
  private final TreeMap<String, Boolean> interfaces = new TreeMap<>();

  private final List<Extension> extensions = new ArrayList<>();
  private final TreeSet<String> types = new TreeSet<>();
  private final TreeSet<String> methods = new TreeSet<>();
  private final List<String> problems = new ArrayList<>();

  private record Extension(String type, String superType) {}

  private SpiDocs(DocTrees docs) {
    this.docs = docs;
  }

  /** What was read: the types, their own methods, and one line for everything that is missing. */
  record Found(Set<String> types, Set<String> methods, List<String> problems) {}

  static Found read(Iterable<? extends JavaFileObject> sources) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    JavacTask task =
        (JavacTask) compiler.getTask(null, null, null, List.of("-proc:none"), null, sources);
    SpiDocs found = new SpiDocs(DocTrees.instance(task));
    for (CompilationUnitTree unit : task.parse()) {
      found.read(unit);
    }
    found.checkSuperTypes();
    return new Found(found.types, found.methods, found.problems);
  }

  private void read(CompilationUnitTree unit) {
    new TreePathScanner<Void, Boolean>() {
      @Override
      public Void visitClass(ClassTree type, Boolean withinSpi) {
        boolean isPublic = withinSpi || type.getModifiers().getFlags().contains(Modifier.PUBLIC);
        if (type.getKind() != Tree.Kind.INTERFACE || !isPublic) {
          return super.visitClass(type, false);
        }
        boolean isSpi = body(getCurrentPath()).startsWith("SPI:");
        interfaces.put(type.getSimpleName().toString(), isSpi);
        String name = name(unit, getCurrentPath());
        if (isSpi) {
          types.add(name);
          type.getImplementsClause()
              .forEach(s -> extensions.add(new Extension(name, simpleName(s))));
        } else if (withinSpi) {
          problems.add(name + " is within an SPI type, and its Javadoc does not begin with SPI:");
        }
        return super.visitClass(type, isSpi);
      }

      @Override
      public Void visitMethod(MethodTree method, Boolean ofSpi) {
        boolean promises =
            method.getModifiers().getFlags().stream().noneMatch(NO_PROMISE::contains);
        if (ofSpi && promises) {
          String name = name(unit, getCurrentPath());
          methods.add(name);
          check(name, body(getCurrentPath()));
        }
        return null;
      }
    }.scan(unit, false);
  }

  private void checkSuperTypes() {
    for (Extension one : extensions) {
      if (!interfaces.getOrDefault(one.superType, true)) {
        problems.add(
            one.type + " extends " + one.superType + ", whose Javadoc does not begin with SPI:");
      }
    }
  }

  private void check(String method, String body) {
    String paragraph =
        List.of(body.split("<p>", -1)).stream()
            .max(Comparator.comparingLong(text -> SECTIONS.stream().filter(text::contains).count()))
            .orElse("");
    int last = -1;
    for (String section : SECTIONS) {
      int at = paragraph.indexOf(section);
      if (at < 0) {
        problems.add(method + " has no \"" + section + "\"");
      } else if (at < last) {
        problems.add(method + " has \"" + section + "\" in another place than " + SECTIONS);
      } else if (says(paragraph.substring(at + section.length())).length() < 2) {
        problems.add(method + " says nothing after \"" + section + "\"");
      }
      last = Math.max(last, at);
    }
  }

  /** The words of a section, up to the next one. */
  private static String says(String rest) {
    int end = rest.length();
    for (String section : SECTIONS) {
      int next = rest.indexOf(section);
      end = next < 0 ? end : Math.min(end, next);
    }
    return rest.substring(0, end).replaceAll("\\W", "");
  }

  /** The text before the tags, in one line; empty when there is no comment. */
  private String body(TreePath path) {
    DocCommentTree comment = docs.getDocCommentTree(path);
    if (comment == null) {
      return "";
    }
    return comment.getFullBody().stream()
        .map(DocTree::toString)
        .collect(Collectors.joining())
        .replaceAll("\\s+", " ")
        .strip();
  }

  private static String simpleName(Tree type) {
    return type.toString().replaceAll("<.*", "").replaceAll(".*\\.", "");
  }

  private static String name(CompilationUnitTree unit, TreePath path) {
    StringBuilder name = new StringBuilder();
    for (Tree tree : path) {
      if (tree instanceof ClassTree type) {
        name.insert(0, "." + type.getSimpleName());
      } else if (tree instanceof MethodTree method) {
        String parameters =
            method.getParameters().stream()
                .map(p -> simpleName(p.getType()))
                .collect(Collectors.joining(", ", "(", ")"));
        name.insert(0, "." + method.getName() + parameters);
      }
    }
    return unit.getPackageName() + name.toString();
  }
}
