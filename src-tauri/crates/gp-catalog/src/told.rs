//! What an application can be told of a drawn thing, in the variables of its environment: `${bookings.address}`. The names
//! are the same on every platform; what each format writes for them stands beside.

use crate::RAW;

/// What may be said of things of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told {
    /// The kind.
    pub kind: &'static str,
    /// The name: `address`.
    pub name: &'static str,
    /// The attribute of the main type that Terraform writes for the kind.
    pub terraform: &'static str,
    /// The same of the main type of CloudFormation.
    pub cloudformation: Given,
}

/// What CloudFormation gives it by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Given {
    /// `!Ref`
    Ref,
    /// `!GetAtt` of this attribute.
    Att(&'static str),
    /// Nothing gives it: this text behind what `!Ref` gives.
    Behind(&'static str),
}

use Given::{Att, Behind, Ref};

const fn told(
    kind: &'static str,
    name: &'static str,
    terraform: &'static str,
    cloudformation: Given,
) -> Told {
    Told { kind, name, terraform, cloudformation }
}

/// Ordered by kind and name.
pub const TOLD: &[Told] = &[
    told("api-gateway", "id", "id", Ref),
    told("api-gateway", "url", "api_endpoint", Att("ApiEndpoint")),
    told("bucket", "address", "bucket_regional_domain_name", Att("RegionalDomainName")),
    told("bucket", "arn", "arn", Att("Arn")),
    told("bucket", "id", "id", Ref),
    told("bucket", "name", "bucket", Ref),
    told("cache", "address", "primary_endpoint_address", Att("PrimaryEndPoint.Address")),
    told("cache", "id", "id", Ref),
    told("cache", "port", "port", Att("PrimaryEndPoint.Port")),
    told("cdn", "address", "domain_name", Att("DomainName")),
    told("cdn", "id", "id", Ref),
    told("database", "address", "address", Att("Endpoint.Address")),
    told("database", "arn", "arn", Att("DBInstanceArn")),
    told("database", "id", "identifier", Ref),
    told("database", "port", "port", Att("Endpoint.Port")),
    told("document-store", "arn", "arn", Att("Arn")),
    told("document-store", "id", "id", Ref),
    told("document-store", "name", "name", Ref),
    told("file-share", "address", "dns_name", Behind(".efs.${AWS::Region}.${AWS::URLSuffix}")),
    told("file-share", "arn", "arn", Att("Arn")),
    told("file-share", "id", "id", Ref),
    told("function", "arn", "arn", Att("Arn")),
    told("function", "id", "id", Ref),
    told("function", "name", "function_name", Ref),
    told("key", "arn", "arn", Att("Arn")),
    told("key", "id", "key_id", Ref),
    told("load-balancer", "address", "dns_name", Att("DNSName")),
    told("load-balancer", "arn", "arn", Ref),
    told("load-balancer", "id", "id", Ref),
    told("load-balancer", "name", "name", Att("LoadBalancerName")),
    told("log-store", "id", "id", Ref),
    told("log-store", "name", "name", Ref),
    told("queue", "arn", "arn", Att("Arn")),
    told("queue", "id", "id", Ref),
    told("queue", "name", "name", Att("QueueName")),
    told("queue", "url", "url", Ref),
    told("registry", "arn", "arn", Att("Arn")),
    told("registry", "id", "id", Ref),
    told("registry", "name", "name", Ref),
    told("registry", "url", "repository_url", Att("RepositoryUri")),
    told("secret", "arn", "arn", Ref),
    told("secret", "id", "id", Ref),
    told("server", "address", "private_ip", Att("PrivateIp")),
    told("server", "id", "id", Ref),
    told("stream", "arn", "arn", Att("Arn")),
    told("stream", "id", "id", Att("Arn")),
    told("stream", "name", "name", Ref),
    told("topic", "arn", "arn", Ref),
    told("topic", "id", "id", Ref),
    told("topic", "name", "name", Att("TopicName")),
];

/// Whether texts in this attribute may mention other things.
pub fn may_mention(kind: &str, attribute: &str) -> bool {
    (kind == RAW && attribute == "attributes") || has_environment(kind, attribute)
}

/// Whether this attribute is what an application is told.
pub fn has_environment(kind: &str, attribute: &str) -> bool {
    attribute == "environment" && matches!(kind, "container-service" | "function" | "workload")
}

/// What can be told of things of a kind.
pub fn of(kind: &str) -> impl Iterator<Item = &'static Told> {
    TOLD.iter().filter(move |row| row.kind == kind)
}

/// One of them.
pub fn find(kind: &str, name: &str) -> Option<&'static Told> {
    of(kind).find(|row| row.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builtin;

    #[test]
    fn rows_are_ordered_stand_once_and_are_of_kinds_that_there_are() {
        assert!(TOLD.windows(2).all(|two| (two[0].kind, two[0].name) < (two[1].kind, two[1].name)));
        assert!(TOLD.iter().all(|row| builtin().kind(row.kind).is_some()));
    }

    #[test]
    fn whatever_tells_an_application_something_is_an_attribute_of_its_kind() {
        let all = builtin().kinds.values();
        let with: Vec<&str> = all
            .filter(|kind| kind.attributes.keys().any(|name| has_environment(&kind.id, name)))
            .map(|kind| kind.id.as_str())
            .collect();
        assert_eq!(with, ["container-service", "function", "workload"]);
    }
}
