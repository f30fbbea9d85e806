//! Tables, text and pieces of designs in, shapes and what is wrong with them out.

use super::{Wanted, edit, preview};
use gp_model::{Design, Edit, Id, Point, Rect, edit::apply, file};

const NET: &str = "format = 1\n[resource.net]\nkind = \"network\"\ntitle = \"Shop\"\n[resource.tier]\nkind = \"subnet\"\nparent = \"net\"\n\
    [resource.app]\nkind = \"server\"\ntitle = \"App\"\nparent = \"tier\"\n[layout.resources]\nnet = [0, 0, 640, 300]\n\
    tier = [24, 48, 592, 160]\napp = [48, 96, 160, 56]\n";
const SERVER: &str = "format = 1\n[resource.app]\nkind = \"server\"\ntitle = \"App\"\n[layout.resources]\napp = [40, 80, 160, 56]\n";

fn design() -> Design {
    file::parse(NET.as_bytes()).design
}

fn wanted(text: &str, x: i32, y: i32) -> Wanted<'_> {
    Wanted {
        catalog: gp_catalog::builtin(),
        text,
        parent: None,
        at: Point { x, y },
        outer_links: false,
    }
}

/// The design after the text was pasted at the point, and the new ids.
fn pasted(text: &str, x: i32, y: i32) -> (Design, Vec<Id>) {
    let mut design = design();
    let (edit, ids) = edit(&design, &wanted(text, x, y)).unwrap();
    apply(&design, &edit).unwrap().apply(&mut design);
    (design, ids)
}

fn overlap_free(design: &Design) {
    let places: Vec<(&Id, &Rect)> = design.layout.resources.iter().collect();
    for (at, (id, rect)) in places.iter().enumerate() {
        for (other, place) in &places[at + 1..] {
            let nested =
                design.ancestors(id).contains(other) || design.ancestors(other).contains(id);
            assert!(nested || !rect.overlaps(**place), "{id} lies on {other}");
        }
    }
    for (id, rect) in &places {
        let parent = design.resources[*id].parent.as_ref();
        let frame = parent.and_then(|parent| design.layout.resources.get(parent));
        assert!(frame.is_none_or(|frame| frame.contains(**rect)), "{id} is clipped");
    }
}

#[test]
fn a_piece_goes_into_the_container_under_the_point_beside_what_stands_there_with_a_title_of_its_own()
 {
    let (design, ids) = pasted(SERVER, 128, 124);
    assert_eq!(ids, ["app-2"]);
    assert_eq!(design.resources["app-2"].parent.as_deref(), Some("tier"));
    assert_eq!(design.resources["app-2"].title.as_deref(), Some("App 2"));
    overlap_free(&design);
}

#[test]
fn however_often_it_is_pasted_at_one_place_nothing_lies_on_anything_and_containers_grow() {
    let mut design = design();
    for _ in 0..12 {
        let (edit, _) = edit(&design, &wanted(SERVER, 128, 124)).unwrap();
        apply(&design, &edit).unwrap().apply(&mut design);
        overlap_free(&design);
    }
    assert_eq!(design.resources["app-13"].title.as_deref(), Some("App 13"));
}

/// A second tier below the first, its server too.
fn two_tiers() -> Design {
    let more = "[resource.data]\nkind = \"subnet\"\nparent = \"net\"\n\
        [resource.db]\nkind = \"server\"\nparent = \"data\"\n";
    let text = NET.replace("[layout.resources]\n", &format!("{more}[layout.resources]\n"));
    let text = text.replace("net = [0, 0, 640, 300]", "net = [0, 0, 640, 400]");
    let places = "data = [24, 216, 592, 160]\ndb = [48, 264, 160, 56]\n";
    file::parse(format!("{text}{places}").as_bytes()).design
}

#[test]
fn what_stands_beside_a_container_that_grows_makes_room_unless_it_is_locked() {
    let paste_often = |mut design: Design| {
        for _ in 0..12 {
            let (edit, _) = edit(&design, &wanted(SERVER, 128, 124)).unwrap();
            apply(&design, &edit).unwrap().apply(&mut design);
        }
        design
    };
    let design = paste_often(two_tiers());
    overlap_free(&design);
    assert!(design.layout.resources["data"].y > 216);
    let mut pinned = two_tiers();
    pinned.layout.locked.insert(Id::new("data"), true);
    let design = paste_often(pinned);
    assert_eq!(design.layout.resources["data"].y, 216);
}

#[test]
fn a_piece_that_may_not_stand_there_goes_to_the_nearest_container_that_may_hold_it() {
    let (design, _) = pasted(&SERVER.replace("server", "subnet"), 300, 100);
    assert_eq!(design.resources["app-2"].parent.as_deref(), Some("net"));
    overlap_free(&design);
    let server = preview(&self::design(), &wanted(SERVER, 900, 900));
    assert_eq!(server.what, "piece");
    assert_eq!(server.problems[0].message, "a server must stand in a subnet");
}

#[test]
fn a_table_makes_what_its_lines_say_nested_linked_and_numbered() {
    let text = "Kind\tName\tIn\tvCPU\tMemory\tLinks to\ttag.owner\nsubnet\tback\tShop\t\t\t\tme\n\
        server\tWorker\tback\t4\t8 GiB\tStore:5432\t\ndatabase\tStore\tback\t\t\t\t\nserver\tApp\ttier\t\t\t\t\n";
    let (design, ids) = pasted(text, 300, 120);
    assert_eq!(ids, ["back", "app-2", "worker", "store"], "containers come first");
    let worker = &design.resources["worker"];
    assert_eq!(worker.parent.as_deref(), Some("back"));
    assert_eq!(
        (worker.attributes["cpu"].as_integer(), worker.attributes["memory"].as_str()),
        (Some(4), Some("8 GiB"))
    );
    assert_eq!(design.resources["back"].tags["owner"].as_str(), Some("me"));
    assert_eq!(design.resources["app-2"].title.as_deref(), Some("App 2"));
    let link = design.links.values().next().unwrap();
    assert_eq!((&*link.from, &*link.to, &link.allow[0][..]), ("worker", "store", "tcp/5432"));
}

#[test]
fn lines_without_a_container_go_in_rows_to_the_point() {
    let (design, ids) = pasted("kind,name\nserver,One\nserver,Two\nserver,Three\n", 400, 130);
    assert_eq!(ids.len(), 3);
    for id in &ids {
        assert_eq!(design.resources[id].parent.as_deref(), Some("tier"));
        assert!(design.layout.resources.contains_key(id));
    }
    overlap_free(&design);
    let (design, ids) = pasted("server;First\nserver;Second\n", 400, 130);
    assert_eq!(
        design.resources[&ids[1]].title.as_deref(),
        Some("Second"),
        "a header can be left out"
    );
}

#[test]
fn what_is_wrong_is_said_line_by_line_and_the_rest_is_made() {
    let text = "kind,name,in,cpu,colour,to\nservr,A,tier,,,\nserver,B,nowhere,,,\nserver,C,tier,many,red,App\n\
        server,D,net,,,\nserver,E,tier,2,,Nobody\nserver,F,F,,,\n,G,,,,\n";
    let found = preview(&design(), &wanted(text, 300, 130));
    let problems: Vec<(u32, &str)> =
        found.problems.iter().map(|it| (it.line.unwrap(), it.message.as_str())).collect();
    assert_eq!(
        problems,
        [
            (2, "there is no kind “servr”: did you mean “Server”?"),
            (3, "there is no “nowhere” that it could stand in"),
            (4, "cpu “many”: a whole number is expected; it is left out"),
            (4, "a server has no “colour”; it is left out"),
            (5, "a server cannot stand in “net”"),
            (6, "there is no “Nobody” that it could be linked to"),
            (7, "there is no “F” that it could stand in"),
            (8, "it says no kind"),
        ]
    );
    let made: Vec<&str> = found.things.iter().map(|it| it.title.as_str()).collect();
    assert_eq!(made, ["C", "E"]);
    assert_eq!(found.things[0].links, ["→ App"]);
}

#[test]
fn what_stands_in_what_is_not_made_is_not_made_and_a_circle_is_said() {
    let text = "kind,name,in\nsubnet,a,nowhere\nserver,b,a\nframe,c,d\nframe,d,c\n";
    let found = preview(&design(), &wanted(text, 300, 130));
    assert_eq!(found.things.len(), 0, "{found:?}");
    assert!(
        found.problems.iter().any(|it| it.line == Some(3) && it.message.contains("is not made")),
        "{found:?}"
    );
    let refused = edit(&design(), &wanted(text, 300, 130)).unwrap_err();
    assert!(refused.starts_with("nothing of the table can be made: line 2:"), "{refused}");
}

#[test]
fn what_is_neither_is_refused_and_text_of_a_design_is_no_table() {
    for text in ["", "hello", "a,b,c\n1,2,3", "x\ty"] {
        assert_eq!(preview(&design(), &wanted(text, 0, 0)).what, "nothing", "{text:?}");
        assert!(edit(&design(), &wanted(text, 0, 0)).is_err());
    }
    let server = "[resource.app]\nkind = \"server\"\ntags = { a = \"b\", kind = \"server\" }\n";
    assert_eq!(preview(&design(), &wanted(server, 300, 130)).what, "piece");
    let broken = format!("{server}title = 7\n");
    let found = preview(&design(), &wanted(&broken, 300, 130));
    assert_eq!(found.problems[0].line, Some(4), "{found:?}");
}

#[test]
fn one_line_is_one_act_with_its_name() {
    let (edit, _) = edit(&design(), &wanted("kind,name\nserver,Front\n", 300, 130)).unwrap();
    assert!(matches!(edit, Edit::Batch { name, .. } if name == "Paste Front"));
}

#[test]
fn thousands_of_lines_that_say_the_same_are_read_at_once() {
    let text = format!("kind,name,in,to\n{}", "server,Worker,tier,App\n".repeat(3000));
    let started = std::time::Instant::now();
    let found = preview(&design(), &wanted(&text, 300, 130));
    assert_eq!(found.things.len(), 3000);
    assert_eq!(found.things[2999].title, "Worker 3000");
    assert!(started.elapsed().as_secs() < 5, "{:?}", started.elapsed());
}

#[test]
fn a_tier_that_is_pasted_beside_its_original_gets_a_range_of_its_own_elsewhere_it_keeps_it() {
    const TIERS: &str = "format = 1\n[resource.net]\nkind = \"network\"\ncidr = \"10.0.0.0/16\"\n\
        [resource.other]\nkind = \"network\"\ncidr = \"10.0.0.0/16\"\n\
        [resource.tier]\nkind = \"subnet\"\nparent = \"net\"\ncidr = \"10.0.0.0/20\"\n";
    let mut design = file::parse(TIERS.as_bytes()).design;
    let text = gp_model::fragment::copy(&design, &["tier".into()]);
    let network = gp_model::fragment::copy(&design, &["net".into()]);
    for (text, parent) in [(&text, Some("net")), (&text, Some("other")), (&network, None)] {
        let parent = parent.map(Id::from);
        let wanted = Wanted { parent: parent.as_ref(), ..wanted(text, 0, 0) };
        let (edit, _) = edit(&design, &wanted).unwrap();
        apply(&design, &edit).unwrap().apply(&mut design);
    }
    let range = |id: &str| design.resources[id].attributes.get("cidr").and_then(|it| it.as_str());
    assert_eq!(range("tier-2"), None, "beside the original");
    assert_eq!(range("tier-3"), Some("10.0.0.0/20"), "in another network");
    assert_eq!((range("net-2"), range("tier-4")), (Some("10.0.0.0/16"), Some("10.0.0.0/20")));
}
