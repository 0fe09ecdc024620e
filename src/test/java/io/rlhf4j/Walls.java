package io.rlhf4j;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullMarked;

/**
 * The rooms, who may import whom, and the walls between them, as rules over any base package: the
 * product's, and that of the examples which show that each rule can fail.
 */
record Walls(String base) {
  /** Each room and the rooms it may import. */
  static final Map<String, List<String>> ROOMS = new LinkedHashMap<>();

  static {
    room("data");
    room("stats", "data");
    room("tokenizer", "data");
    room("tensor");
    room("parallel", "tensor");
    // loss: a batch knows which of its positions a loss reads
    room("model", "data", "tokenizer", "tensor", "parallel", "loss");
    room("loss", "tensor");
    room("eval", "data", "stats", "tokenizer", "tensor", "model", "loss");
    room("train", "data", "stats", "tokenizer", "tensor", "parallel", "model", "loss", "eval");
    room("sim", "data", "stats", "tokenizer");
    room("label", "data", "stats");
    room("serve", "data", "tokenizer", "tensor", "model");
    room(
        "stage",
        "data",
        "stats",
        "tokenizer",
        "tensor",
        "parallel",
        "model",
        "loss",
        "eval",
        "train");
    room("bench", "data", "tokenizer", "tensor", "parallel", "model", "loss", "train");
    room(
        "bottle",
        "data",
        "stats",
        "tokenizer",
        "tensor",
        "parallel",
        "model",
        "loss",
        "eval",
        "train",
        "sim",
        "label",
        "serve",
        "stage",
        "bench");
    room(
        "cli",
        "data",
        "stats",
        "tokenizer",
        "tensor",
        "parallel",
        "model",
        "loss",
        "eval",
        "train",
        "sim",
        "label",
        "serve",
        "stage",
        "bench",
        "bottle");
  }

  static final List<String> WITHOUT_TENSORS = List.of("data", "stats", "tokenizer", "sim", "label");
  private static final List<String> WITH_TENSORS =
      List.of(
          "tensor",
          "parallel",
          "model",
          "loss",
          "eval",
          "train",
          "serve",
          "stage",
          "bench",
          "bottle",
          "cli");

  private static void room(String name, String... imports) {
    ROOMS.put(name, List.of(imports));
  }

  static List<String> imports(String room) {
    return ROOMS.getOrDefault(room, List.of());
  }

  private String in(String room) {
    return base + "." + room + "..";
  }

  private String[] in(List<String> rooms) {
    return rooms.stream().map(this::in).toArray(String[]::new);
  }

  ArchRule everyClassStandsInARoom() {
    List<String> rooms = List.copyOf(ROOMS.keySet());
    return classes()
        .should()
        .resideInAnyPackage(in(rooms))
        .because("a new room needs a row in Walls.ROOMS and in ARCHITECTURE.md");
  }

  ArchRule importsOnlyGoAlongTheArrowsOf(String room) {
    List<String> allowed = imports(room);
    return noClasses()
        .that()
        .resideInAPackage(in(room))
        .should()
        .dependOnClassesThat(
            resideInAPackage(base + "..")
                .and(not(resideInAPackage(in(room))))
                .and(not(resideInAnyPackage(in(allowed)))))
        .because(room + " may import " + (allowed.isEmpty() ? "no room" : allowed))
        .allowEmptyShould(true);
  }

  ArchRule roomsWithoutTensorsNeverSeeLibtorch() {
    return noClasses()
        .that()
        .resideInAnyPackage(in(WITHOUT_TENSORS))
        .should()
        .dependOnClassesThat(
            resideInAPackage("org.bytedeco..").or(resideInAnyPackage(in(WITH_TENSORS))))
        .because("labelling and data work start in a second and run anywhere")
        .allowEmptyShould(true);
  }

  ArchRule lossNeverSeesAModel() {
    return noClasses()
        .that()
        .resideInAPackage(in("loss"))
        .should()
        .dependOnClassesThat()
        .resideInAPackage(in("model"))
        .because("a loss is testable with six numbers")
        .allowEmptyShould(true);
  }

  ArchRule onlyTensorAndParallelKnowScopesAndGuards() {
    // Reading and writing weight files copies raw bytes, and has to name the pointer to them.
    DescribedPredicate<JavaClass> weightFiles =
        describe(
            "weight files of the model room",
            type ->
                type.getPackageName().startsWith(base + ".model")
                    && type.getSimpleName().startsWith("Safetensors"));
    return noClasses()
        .that(not(resideInAnyPackage(in(List.of("tensor", "parallel")))).and(not(weightFiles)))
        .should(
            new ArchCondition<JavaClass>("touch JavaCPP's types, scopes, guards or ArrayRefs") {
              @Override
              public void check(JavaClass type, ConditionEvents events) {
                for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                  // A tensor inherits close(); whoever owns one may call it.
                  boolean closing = dependency.getDescription().contains("Pointer.close()");
                  boolean touches = isManner(dependency.getTargetClass()) && !closing;
                  events.add(
                      new SimpleConditionEvent(dependency, touches, dependency.getDescription()));
                }
              }
            })
        .because("lifetimes are one room's business")
        .allowEmptyShould(true);
  }

  private static boolean isManner(JavaClass type) {
    return type.getPackageName().startsWith("org.bytedeco.javacpp")
        || type.getName().matches("org\\.bytedeco\\.pytorch\\.\\w*(Guard|Mode|ArrayRef)");
  }

  ArchRule noRoomsInACircle() {
    return slices().matching(base + ".(*)..").should().beFreeOfCycles().allowEmptyShould(true);
  }

  ArchRule noPackagesOfLabelInACircle() {
    return slices()
        .assignedFrom(packagesOf("label"))
        .should()
        .beFreeOfCycles()
        .because("what travels between stores, files and pages stands in the room itself")
        .allowEmptyShould(true);
  }

  /** One slice per package of a room, the room's own package among them. */
  private SliceAssignment packagesOf(String room) {
    String own = base + "." + room;
    return new SliceAssignment() {
      @Override
      public SliceIdentifier getIdentifierOf(JavaClass type) {
        String name = type.getPackageName();
        return name.equals(own) || name.startsWith(own + ".")
            ? SliceIdentifier.of(name)
            : SliceIdentifier.ignore();
      }

      @Override
      public String getDescription() {
        return "packages of " + room;
      }
    };
  }

  ArchRule namesSayWhatAClassIs() {
    return noClasses()
        .should()
        .haveSimpleNameEndingWith("Util")
        .orShould()
        .haveSimpleNameEndingWith("Utils")
        .orShould()
        .haveSimpleNameEndingWith("Helper")
        .orShould()
        .haveSimpleNameEndingWith("Manager")
        .orShould()
        .haveSimpleNameEndingWith("Impl")
        .allowEmptyShould(true);
  }

  ArchRule everyPackageIsNullMarked() {
    return classes()
        .should(
            new ArchCondition<JavaClass>("stand in a package whose package-info has @NullMarked") {
              @Override
              public void check(JavaClass type, ConditionEvents events) {
                events.add(
                    new SimpleConditionEvent(
                        type,
                        type.getPackage().isAnnotatedWith(NullMarked.class),
                        "package of " + type.getName() + " lacks a package-info with @NullMarked"));
              }
            })
        .allowEmptyShould(true);
  }

  ArchRule trainersAreFinalAndExtendNothing() {
    return classes()
        .that()
        .resideInAPackage(in("train"))
        .and()
        .haveSimpleNameEndingWith("Trainer")
        .and()
        .areNotInterfaces()
        .should()
        .haveModifier(JavaModifier.FINAL)
        .andShould(
            new ArchCondition<JavaClass>("extend Object only") {
              @Override
              public void check(JavaClass type, ConditionEvents events) {
                String above =
                    type.getRawSuperclass().map(JavaClass::getName).orElse("java.lang.Object");
                boolean fine = List.of("java.lang.Object", "java.lang.Record").contains(above);
                events.add(
                    new SimpleConditionEvent(type, fine, type.getName() + " extends " + above));
              }
            })
        .allowEmptyShould(true);
  }
}
