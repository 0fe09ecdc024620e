package io.rlhf4j.label.web;

import java.util.ArrayList;
import java.util.List;

/** The table of routes: every address of the app with those who may use it. */
final class Routes {
  private Routes() {}

  static List<Route> table(Stores stores, LabelServer.Options options) {
    List<Route> routes = new ArrayList<>();
    routes.add(Route.get("/static/{version}/{name}", Access.PUBLIC, new StaticFiles()::send));
    routes.addAll(new AccountPages(stores).routes());
    routes.addAll(new HomePages(stores).routes());
    routes.addAll(new InstructionPages(stores).routes());
    routes.addAll(new WorkPages(stores).routes());
    routes.addAll(new CampaignPages(stores).routes());
    routes.addAll(new ItemPages(stores).routes());
    routes.addAll(new ImportPages(stores).routes());
    routes.addAll(new ReportPages(stores).routes());
    routes.addAll(new PeoplePages(stores, base(options)).routes());
    routes.addAll(new ScreeningPages(stores).routes());
    return List.copyOf(routes);
  }

  /** Where a proxy takes people in, as links to them must say; empty without one. */
  private static String base(LabelServer.Options options) {
    String url = options.publicUrl();
    return url == null ? "" : url.replaceAll("/$", "");
  }
}
