//! Container registries: who fetches an image with which role, how it is named, by which doors it comes.

use crate::support::{EVERY_KIND, all, check_writes, export};

const CONTAINERS: &str = include_str!("../../../../../templates/containers/design.gplan");

fn terraform(design: &str) -> String {
    all(&export(design, "production", "terraform"))
}

fn cloudformation(design: &str) -> String {
    all(&export(design, "production", "cloudformation"))
}

/// The design with one text changed.
#[track_caller]
fn with(old: &str, new: &str) -> String {
    assert!(CONTAINERS.contains(old), "the design has no {old}");
    CONTAINERS.replacen(old, new, 1)
}

/// The block that begins so.
#[track_caller]
fn block<'t>(text: &'t str, head: &str) -> &'t str {
    let at = text.find(head).unwrap_or_else(|| panic!("no {head} in {text}"));
    let end = text[at..].find("\n}\n").expect("it ends");
    &text[at..][..end]
}

#[test]
fn an_image_of_a_drawn_registry_is_named_by_reference() {
    let url = "${aws_ecr_repository.images[\"api\"].repository_url}";
    check_writes(
        CONTAINERS,
        &format!("\"{url}:1.0\""),
        "Image: !Sub \"${ImagesApi.RepositoryUri}:1.0\"",
    );
    let digest = with("api:1.0", "api@sha256:00ff");
    check_writes(
        &digest,
        &format!("\"{url}@sha256:00ff\""),
        "${ImagesApi.RepositoryUri}@sha256:00ff",
    );
    let newest = with("api:1.0", "api");
    let whole = "= aws_ecr_repository.images[\"api\"].repository_url\n";
    check_writes(&newest, whole, "Image: !GetAtt ImagesApi.RepositoryUri");
}

#[test]
fn an_image_of_another_registry_is_named_as_it_is_written() {
    let elsewhere = with("\"api:1.0\"", "\"quay.example.com/api:1.0\"");
    check_writes(&elsewhere, "\"quay.example.com/api:1.0\"", "Image: quay.example.com/api:1.0");
    // Its holder may fetch from the drawn one all the same, and AWS's policy fetches what it runs.
    let text = terraform(&elsewhere);
    assert!(text.contains("service-role/AmazonECSTaskExecutionRolePolicy"));
    let own = block(&text, "data \"aws_iam_policy_document\" \"booking_api\"");
    assert!(own.contains("ecr:BatchGetImage") && own.contains("images[\"api\"].arn"), "{own}");
}

#[test]
fn what_starts_a_service_fetches_its_image_and_the_service_itself_does_not() {
    let text = terraform(CONTAINERS);
    assert!(!text.contains("AmazonECSTaskExecutionRolePolicy"), "the least is enough");
    let starts = block(&text, "data \"aws_iam_policy_document\" \"booking_api_execution\"");
    for part in [
        "actions   = [\"ecr:GetAuthorizationToken\"]\n    resources = [\"*\"]",
        "\"ecr:GetDownloadUrlForLayer\"",
        "resources = [aws_ecr_repository.images[\"api\"].arn]",
        "resources = [\"${aws_cloudwatch_log_group.booking_api.arn}:*\"]",
        "\"secretsmanager:GetSecretValue\"",
    ] {
        assert!(starts.contains(part), "no {part} in {starts}");
    }
    assert!(!starts.contains("ecr:PutImage"));
    assert!(!text.contains("task_role_arn"), "nothing is granted to what runs in it");
    let text = cloudformation(CONTAINERS);
    assert!(!text.contains("AmazonECSTaskExecutionRolePolicy"));
    assert!(!text.contains("TaskRoleArn"));
}

#[test]
fn who_writes_to_a_registry_pushes_with_a_role_of_its_own() {
    let pushes = with("access = [\"read\"]", "access = [\"read\", \"write\"]");
    let text = terraform(&pushes);
    let own = block(&text, "data \"aws_iam_policy_document\" \"booking_api\"");
    assert!(own.contains("\"ecr:PutImage\"") && text.contains("task_role_arn"), "{own}");
    let starts = block(&text, "data \"aws_iam_policy_document\" \"booking_api_execution\"");
    assert!(!starts.contains("ecr:PutImage"), "{starts}");
}

#[test]
fn a_door_to_a_registry_is_two_and_one_for_layers() {
    let text = terraform(CONTAINERS);
    for (name, service) in
        [("images_door", "ecr.dkr"), ("images_door_login", "ecr.api"), ("images_door_layers", "s3")]
    {
        let door = block(&text, &format!("resource \"aws_vpc_endpoint\" \"{name}\""));
        assert!(door.contains(&format!("com.amazonaws.${{var.region}}.{service}\"")), "{door}");
        assert_eq!(door.contains("\"Gateway\""), service == "s3", "{door}");
    }
    let layers = block(&text, "resource \"aws_vpc_endpoint\" \"images_door_layers\"");
    let tables = "route_table_ids   = values(aws_route_table.service_tier)[*].id";
    assert!(layers.contains(tables), "only of those that fetch: {layers}");
    let rule = "resource \"aws_vpc_security_group_egress_rule\" \"api_images_layers\"";
    assert!(block(&text, rule).contains("aws_vpc_endpoint.images_door_layers.prefix_list_id"));
    let text = cloudformation(CONTAINERS);
    assert_eq!(text.matches("Type: AWS::EC2::VPCEndpoint\n").count(), 3);
}

/// A table has one way to S3, and a group one rule to a list.
#[test]
fn layers_come_by_a_drawn_door_to_a_bucket_where_there_is_one() {
    let text = terraform(EVERY_KIND);
    assert!(text.contains("\"crates_door_login\"") && !text.contains("crates_door_layers"));
    let rule = "resource \"aws_vpc_security_group_egress_rule\" \"basket_api_crates_layers\"";
    assert!(block(&text, rule).contains("aws_vpc_endpoint.images_door.prefix_list_id"));
}

/// Terraform does not wait for a service, CloudFormation does.
#[test]
fn a_service_that_waits_for_its_first_image_is_told_of() {
    let said = |design: &str, format: &str| {
        let files = export(design, "production", format);
        files.diagnostics.iter().any(|one| one.message.contains("push it meanwhile"))
    };
    assert!(said(CONTAINERS, "cloudformation") && !said(CONTAINERS, "terraform"));
    let there = with("kind = \"registry\"", "kind = \"registry\"\nlifecycle = \"existing\"");
    assert!(!said(&there, "cloudformation"), "its images are there already");
}

#[test]
fn a_registry_without_a_door_is_reached_as_everything_outside() {
    let without = with("[resource.images-door]", "[resource.images-door]\ndisabled = true");
    let text = terraform(&without);
    assert!(!text.contains("ecr.dkr") && !text.contains("_layers"));
}

#[test]
fn what_a_registry_throws_away_is_said_in_order() {
    let text = terraform(EVERY_KIND);
    let rules = block(&text, "resource \"aws_ecr_lifecycle_policy\" \"crates\"");
    let untagged = rules.find("\"sinceImagePushed\"").expect("untagged ones go");
    let oldest = rules.find("\"imageCountMoreThan\"").expect("the oldest go");
    assert!(untagged < oldest, "a rule for any image must come last: {rules}");
    assert!(!text.contains("\"aws_ecr_lifecycle_policy\" \"attic\""), "it keeps all");
}

#[test]
fn a_registry_that_exists_is_named_by_its_repositories() {
    let there = with("kind = \"registry\"", "kind = \"registry\"\nlifecycle = \"existing\"");
    let text = terraform(&there);
    let found = block(&text, "data \"aws_ecr_repository\" \"images\"");
    assert!(
        found.contains("for_each = toset([\"api\"])") && found.contains("each.value"),
        "{found}"
    );
    let url = "${data.aws_ecr_repository.images[\"api\"].repository_url}:1.0";
    let host = "${AWS::AccountId}.dkr.ecr.${AWS::Region}.${AWS::URLSuffix}/${ImagesApi}:1.0";
    check_writes(&there, url, host);
}

#[test]
fn hostile_repositories_come_out_as_names() {
    let evil = with("[\"api\"]", "[\"api\", \"\\\"} ${file(\\\"/x\\\")} Shop\"]");
    let text = terraform(&evil);
    assert!(text.contains("file/x-shop") && !text.contains("file(\""), "{text}");
}

#[test]
fn a_service_waits_for_the_right_to_start_and_for_the_doors_that_its_image_comes_by() {
    let text = terraform(CONTAINERS);
    let service = block(&text, "resource \"aws_ecs_service\" \"booking_api\"");
    let (_, after) = service.split_once("depends_on").expect("it waits");
    for wanted in [
        "aws_iam_role_policy.booking_api_execution",
        "aws_vpc_endpoint.images_door,",
        "aws_vpc_endpoint.images_door_login",
        "aws_vpc_endpoint.images_door_layers",
    ] {
        assert!(after.contains(wanted), "no {wanted} in {after}");
    }
    let text = cloudformation(CONTAINERS);
    let at = text.find("Type: AWS::ECS::Service\n").expect("there is a service");
    let service = &text[at..][..text[at..].find("Properties").unwrap()];
    for wanted in ["- ImagesDoor\n", "- ImagesDoorLogin\n", "- ImagesDoorLayers\n"] {
        assert!(service.contains(wanted), "no {wanted} in {service}");
    }
}

#[test]
fn terraform_says_what_has_to_be_there_first_and_how_everything_goes() {
    let files = export(CONTAINERS, "production", "terraform");
    let readme = crate::support::file(&files, "README.md");
    let (before, removal) = readme.split_once("\n## To remove everything\n").expect("both");
    for wanted in [
        "an issued certificate for booking.example.com in eu-west-1",
        "terraform apply -target=aws_ecr_repository.images",
        "terraform output images_repository_urls",
    ] {
        assert!(before.contains(wanted), "no {wanted} in {before}");
    }
    for wanted in ["`aws_lb.entry` refuses to go\n", "`aws_db_instance.bookings` refuses to go\n"] {
        assert!(removal.contains(wanted), "no {wanted} in {removal}");
    }
    let open = with("protect = true", "protect = false");
    let files = export(&open, "production", "terraform");
    let readme = crate::support::file(&files, "README.md");
    assert!(!readme.contains("refuses to go"), "nothing is protected: {readme}");
}
