//! What applications are told of what is drawn: references in both formats, and words where there can be none.

use crate::support::{all, check_says, export, file, stacks};

/// A service and a function that use what stands around them.
const SHOP: &str = r#"
format = 1

[resource.frankfurt]
kind = "region"
location = "frankfurt"
zones = ["a", "b"]

[resource.shop]
kind = "network"
parent = "frankfurt"
cidr = "10.20.0.0/16"

[resource.tier]
kind = "subnet"
parent = "shop"
cidr = "10.20.1.0/24"
exposure = "private"

[resource.app]
kind = "server"
parent = "tier"
count = 2

[resource.orders]
kind = "database"
parent = "tier"
engine = "postgresql"

[resource.jobs]
kind = "queue"
parent = "frankfurt"

[resource.api]
kind = "container-service"
parent = "tier"
image = "shop.example.com/api:1"
environment = { HOST = "${orders.address}", PORT = "${orders.port}", URL = "db://${orders.address}:${orders.port}/$${x}", NEXT = "${app[1].address}", SIZE = 4 }

[resource.work]
kind = "function"
parent = "frankfurt"
environment = { JOBS = "${jobs.url}", PORT = "${orders.port}" }

[environment.production]
provider = "aws"
regions = { frankfurt = "eu-central-1" }
"#;

#[test]
fn terraform_refers_to_what_an_application_is_told() {
    let files = export(SHOP, "production", "terraform");
    let compute = file(&files, "compute.tf");
    for line in [
        "aws_db_instance.orders.address",
        // A container's variables are texts, whatever they are made of.
        "tostring(aws_db_instance.orders.port)",
        r#""db://${aws_db_instance.orders.address}:${aws_db_instance.orders.port}/$${x}""#,
        r#"aws_instance.app["1"].private_ip"#,
        "aws_sqs_queue.jobs.url",
    ] {
        assert!(compute.contains(line), "{line} in {compute}");
    }
}

#[test]
fn cloudformation_refers_to_what_an_application_is_told() {
    let files = export(SHOP, "production", "cloudformation");
    let text = all(&files);
    for line in [
        "Value: !GetAtt Orders.Endpoint.Address",
        "Value: !GetAtt Orders.Endpoint.Port",
        r#"!Sub "db://${Orders.Endpoint.Address}:${Orders.Endpoint.Port}/${!x}""#,
        "Value: !GetAtt App1.PrivateIp",
        "JOBS: !Ref Jobs",
    ] {
        assert!(text.contains(line), "{line} in {text}");
    }
    assert_eq!(stacks(&files).count(), 1);
}

#[test]
fn of_what_exists_the_formats_tell_what_they_know() {
    let exists = SHOP.replace("engine = \"postgresql\"", "lifecycle = \"existing\"");
    let told = exists.replace("PORT = \"${orders.port}\" }", "ARN = \"${orders.arn}\" }");
    let text = all(&export(&told, "production", "terraform"));
    assert!(text.contains("data.aws_db_instance.orders.db_instance_arn"), "{text}");
    check_says(&exists, "cloudformation", "only ${orders.id} is known");
}

#[test]
fn what_cannot_be_told_is_said_and_stays_a_text() {
    let several = SHOP.replace("${app[1].address}", "${app.address}");
    for format in ["terraform", "cloudformation"] {
        check_says(&several, format, "write ${app[0].address}");
        check_says(&SHOP.replace("${jobs.url}", "${jobs.size}"), format, "“jobs” has no size");
    }
    let text = all(&export(&several, "production", "terraform"));
    assert!(text.contains("$${app.address}"), "{text}");
}

#[test]
fn a_module_in_the_place_of_a_service_is_told_the_same() {
    let module = format!(
        "{SHOP}\n[environment.production.modules.container-service]\nsource = \"shop/service/aws\"\ninputs = {{ variables = \"${{environment}}\" }}\n"
    );
    let text = all(&export(&module, "production", "terraform"));
    assert!(text.contains("aws_db_instance.orders.address"), "{text}");
    assert!(text.contains("/$${x}"), "{text}");
}
