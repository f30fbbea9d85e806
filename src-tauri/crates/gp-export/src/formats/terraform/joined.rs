//! Transit hubs, VPN gateways and dedicated links. The routes of networks to them stand with their
//! tables in `network.rs`.

use super::{
    refs::{address, segment_ids, tags},
    sheet::{File, Sheet},
    writer::{Body, Expr, code},
};
use crate::{
    aws::{
        joined::{self, Attached},
        unsupported,
    },
    name::label,
};
use gp_catalog::resolved::ResolvedResource;
use gp_model::Id;

/// A hub: what hangs on it, and a route table for each set of groups.
pub fn transit_hub<'a>(sheet: &mut Sheet<'a>, hub: &'a ResolvedResource) {
    let all = joined::attached(sheet.facts, &hub.id);
    let guests = joined::guests(sheet.facts, hub, &all);
    sheet.resource(File::Network, hub, "aws_ec2_transit_gateway", "", |body| {
        body.set("description", hub.title.as_str());
        body.set("amazon_side_asn", hub.integer("asn").unwrap_or(64512));
        // Who reaches whom is said by the tables below, and by nothing else.
        body.set("default_route_table_association", "disable");
        body.set("default_route_table_propagation", "disable");
        if !guests.is_empty() {
            body.set("auto_accept_shared_attachments", "enable");
        }
        body.set("tags", tags(hub, hub.title.as_str().into()));
    });
    share(sheet, hub, &guests);
    for one in all.iter().filter(|one| one.what.kind == "network") {
        attachment(sheet, hub, one);
    }
    for name in joined::tables(&all).keys() {
        let title = format!("{} {name}", hub.title);
        sheet.named(File::Network, hub, TABLE, &table_name(hub, name), |body| {
            body.set("transit_gateway_id", code(id_of(hub)));
            body.set("tags", tags(hub, title.into()));
        });
    }
    for one in &all {
        let Some(at) = attachment_id(sheet, one) else { continue };
        let name = label(&one.link.id);
        sheet.named(File::Network, hub, ASSOCIATION, &name, |body| {
            body.set("transit_gateway_attachment_id", code(&at));
            body.set("transit_gateway_route_table_id", code(table_id(hub, &one.table())));
        });
        for table in joined::tables(&all).iter().filter(|(_, some)| some.shares_with(one)) {
            learns(sheet, hub, one, &at, table.0);
        }
    }
    way_out(sheet, hub, &all);
}

/// Other accounts may hang their networks on it, within the organisation.
fn share<'a>(sheet: &mut Sheet<'a>, hub: &'a ResolvedResource, guests: &[&'a ResolvedResource]) {
    if guests.is_empty() {
        return;
    }
    let share = sheet.resource(File::Network, hub, "aws_ram_resource_share", "", |body| {
        body.set("name", hub.title.as_str()).set("allow_external_principals", false);
        body.set("tags", tags(hub, hub.title.as_str().into()));
    });
    sheet.resource(File::Network, hub, "aws_ram_resource_association", "", |body| {
        body.set("resource_arn", code(format!("{}.arn", address(hub, "aws_ec2_transit_gateway"))));
        body.set("resource_share_arn", code(format!("{share}.arn")));
    });
    for guest in guests {
        let account = label(&guest.id);
        let caller = sheet.data(File::Network, guest, "aws_caller_identity", &account, |_| {});
        sheet.named(File::Network, hub, PRINCIPAL, &shared_name(hub, guest), |body| {
            body.set("principal", code(format!("{caller}.account_id")));
            body.set("resource_share_arn", code(format!("{share}.arn")));
        });
    }
}

const PRINCIPAL: &str = "aws_ram_principal_association";

fn shared_name(hub: &ResolvedResource, guest: &ResolvedResource) -> String {
    format!("{}_{}", hub.id, guest.id)
}

const TABLE: &str = "aws_ec2_transit_gateway_route_table";
const ASSOCIATION: &str = "aws_ec2_transit_gateway_route_table_association";
const PROPAGATION: &str = "aws_ec2_transit_gateway_route_table_propagation";
const ROUTE: &str = "aws_ec2_transit_gateway_route";

fn id_of(hub: &ResolvedResource) -> String {
    format!("{}.id", address(hub, "aws_ec2_transit_gateway"))
}

fn table_name(hub: &ResolvedResource, table: &str) -> String {
    format!("{}_{table}", hub.id)
}

fn table_id(hub: &ResolvedResource, table: &str) -> String {
    format!("{TABLE}.{}.id", label(&table_name(hub, table)))
}

fn attachment<'a>(sheet: &mut Sheet<'a>, hub: &'a ResolvedResource, one: &Attached<'a>) {
    let facts = sheet.facts;
    let landing = joined::landing(facts, &one.what.id);
    if landing.is_empty() {
        let text = format!(
            "“{}” hangs on {} but has no subnet by which AWS could reach it: give it one",
            one.what.title, hub.title
        );
        sheet.diagnostics.push(unsupported(&one.what.id, None, text));
        return;
    }
    let title = format!("{} at {}", one.what.title, hub.title);
    sheet.named(File::Network, one.what, ATTACHMENT, &one.link.id, |body| {
        body.set("transit_gateway_id", code(id_of(hub)));
        body.set("vpc_id", code(format!("{}.id", address(one.what, "aws_vpc"))));
        body.set("subnet_ids", segment_ids(facts, &landing));
        body.set("transit_gateway_default_route_table_association", false);
        body.set("transit_gateway_default_route_table_propagation", false);
        if joined::needs_one_way(facts, hub, one.what) {
            // Both ways of a connection must meet the same firewall.
            body.set("appliance_mode_support", "enable");
        }
        body.set("tags", tags(one.what, title.into()));
        let guest = facts.account_of(one.what).filter(|_| facts.across_accounts(one.what, hub));
        let allowed = guest.map(|guest| format!("{PRINCIPAL}.{}", label(&shared_name(hub, guest))));
        body.set_some("depends_on", allowed.map(|made| Expr::List(vec![code(made)])));
    });
}

const ATTACHMENT: &str = "aws_ec2_transit_gateway_vpc_attachment";

/// The attachment that a network's route by a hub waits for.
pub fn attachment_of(link: &Id) -> String {
    format!("{ATTACHMENT}.{}", label(link))
}

/// The id of the attachment of a network or gateway; none where there is nothing to attach.
fn attachment_id<'a>(sheet: &mut Sheet<'a>, one: &Attached<'a>) -> Option<String> {
    match one.what.kind.as_str() {
        "network" => {
            let there = !joined::landing(sheet.facts, &one.what.id).is_empty();
            there.then(|| format!("{}.id", attachment_of(&one.link.id)))
        }
        "vpn-gateway" => {
            let sites = joined::sites(sheet.facts, &one.what.id);
            let (link, _) = sites.iter().find(|(_, site)| site.text("address").is_some())?;
            Some(format!("aws_vpn_connection.{}.transit_gateway_attachment_id", label(&link.id)))
        }
        _ => {
            let hub = sheet.facts.resource(&one.link.to)?;
            let gateway = format!("{}.id", address(one.what, "aws_dx_gateway"));
            let found = sheet.data(
                File::Network,
                one.what,
                "aws_ec2_transit_gateway_dx_gateway_attachment",
                &label(&one.what.id),
                |body| {
                    body.set("transit_gateway_id", code(id_of(hub)));
                    body.set("dx_gateway_id", code(gateway));
                    let made = format!("{}.{}", DX_ASSOCIATION, label(&one.what.id));
                    body.set("depends_on", Expr::List(vec![code(made)]));
                },
            );
            Some(format!("{found}.id"))
        }
    }
}

/// How a table learns the ranges of an attachment: by itself, or one by one where a tunnel has static
/// routes.
fn learns<'a>(
    sheet: &mut Sheet<'a>,
    hub: &'a ResolvedResource,
    one: &Attached<'a>,
    at: &str,
    table: &str,
) {
    let facts = sheet.facts;
    if one.what.text("routing") != Some("static") {
        let name = format!("{}_{table}", one.link.id);
        sheet.named(File::Network, hub, PROPAGATION, &name, |body| {
            body.set("transit_gateway_attachment_id", code(at));
            body.set("transit_gateway_route_table_id", code(table_id(hub, table)));
        });
        return;
    }
    let sites = joined::sites(facts, &one.what.id);
    for range in sites.iter().flat_map(|(_, site)| joined::ranges_at(facts, site)) {
        route(sheet, hub, (table, &format!("{}_{range}", one.link.id)), &range.to_string(), at);
    }
}

fn route<'a>(
    sheet: &mut Sheet<'a>,
    hub: &'a ResolvedResource,
    (table, name): (&str, &str),
    destination: &str,
    at: &str,
) {
    sheet.named(File::Network, hub, ROUTE, &format!("{name}_{table}"), |body| {
        body.set("destination_cidr_block", destination);
        body.set("transit_gateway_attachment_id", code(at));
        body.set("transit_gateway_route_table_id", code(table_id(hub, table)));
    });
}

/// What goes to the internet leaves by one network.
fn way_out<'a>(sheet: &mut Sheet<'a>, hub: &'a ResolvedResource, all: &[Attached<'a>]) {
    sheet.diagnostics.extend(joined::lets_nobody_out(sheet.facts, hub, all));
    let Some(egress) = joined::egress(sheet.facts, hub, all) else { return };
    let Some(at) = attachment_id(sheet, egress) else { return };
    for (table, some) in joined::tables(all) {
        // A table into which the way out itself looks is asked by others, too.
        if some.shares_with(egress) {
            route(sheet, hub, (&table, &format!("{}_internet", hub.id)), "0.0.0.0/0", &at);
            for far in all.iter().filter(|far| !far.shares_with(some)) {
                apart(sheet, hub, &table, far);
            }
        }
    }
}

/// What shares no group is not reached by the way out either.
fn apart<'a>(sheet: &mut Sheet<'a>, hub: &'a ResolvedResource, table: &str, far: &Attached<'a>) {
    for (number, range) in joined::ranges_of(sheet.facts, far.what).into_iter().enumerate() {
        let name = format!("{}_{}_{number}_{table}", hub.id, far.link.id);
        sheet.named(File::Network, hub, ROUTE, &name, |body| {
            body.set("destination_cidr_block", range.to_string()).set("blackhole", true);
            body.set("transit_gateway_route_table_id", code(table_id(hub, table)));
        });
    }
}

/// The door of a network to its sites, once for all its gateways.
pub fn door<'a>(sheet: &mut Sheet<'a>, network: &'a ResolvedResource) {
    let Some(gateway) = joined::first_gateway(sheet.facts, &network.id) else { return };
    sheet.resource(File::Network, network, "aws_vpn_gateway", "", |body| {
        body.set("vpc_id", code(format!("{}.id", address(network, "aws_vpc"))));
        body.set("amazon_side_asn", gateway.integer("asn").unwrap_or(64512));
        body.set("tags", tags(network, network.title.as_str().into()));
    });
}

/// The network's door, or the hub, at which a gateway's tunnels end.
fn near_end(sheet: &Sheet<'_>, gateway: &ResolvedResource) -> Option<(&'static str, String)> {
    let facts = sheet.facts;
    if let Some((hub, _)) = joined::hub_of(facts, &gateway.id) {
        return Some(("transit_gateway_id", id_of(hub)));
    }
    let network = facts.resource(gateway.parent.as_ref()?).filter(|it| it.kind == "network")?;
    Some(("vpn_gateway_id", format!("{}.id", address(network, "aws_vpn_gateway"))))
}

/// Tunnels to each of a gateway's sites.
pub fn vpn_gateway<'a>(sheet: &mut Sheet<'a>, gateway: &'a ResolvedResource) {
    let facts = sheet.facts;
    let Some(near) = near_end(sheet, gateway) else { return };
    let is_static = gateway.text("routing") == Some("static");
    for (link, site) in joined::sites(facts, &gateway.id) {
        let Some(far) = site.text("address") else {
            let text = format!(
                "AWS ends a tunnel at a public address, and “{}” has none: give it one",
                site.title
            );
            sheet.diagnostics.push(unsupported(&site.id, Some("address"), text));
            continue;
        };
        let title = format!("{} to {}", gateway.title, site.title);
        let customer =
            sheet.named(File::Network, gateway, "aws_customer_gateway", &link.id, |body| {
                body.set("bgp_asn", gateway.integer("site-asn").unwrap_or(65000).to_string());
                body.set("ip_address", far).set("type", "ipsec.1");
                body.set("tags", tags(gateway, site.title.as_str().into()));
            });
        let own = sheet.named(File::Network, gateway, "aws_vpn_connection", &link.id, |body| {
            body.set(near.0, code(&near.1));
            body.set("customer_gateway_id", code(format!("{customer}.id"))).set("type", "ipsec.1");
            if is_static {
                body.set("static_routes_only", true);
            }
            for tunnel in [1, 2] {
                tunnel_options(body, gateway, tunnel);
            }
            body.set("tags", tags(gateway, title.into()));
        });
        if is_static && near.0 == "vpn_gateway_id" {
            for range in joined::ranges_at(facts, site) {
                let name = format!("{}_{range}", link.id);
                sheet.named(File::Network, gateway, "aws_vpn_connection_route", &name, |body| {
                    body.set("destination_cidr_block", range.to_string());
                    body.set("vpn_connection_id", code(format!("{own}.id")));
                });
            }
        }
        let text = format!("Addresses at which the tunnels of {} begin.", gateway.title);
        let ends = ["tunnel1_address", "tunnel2_address"].map(|end| code(format!("{own}.{end}")));
        sheet.output(&format!("{}_addresses", link.id), text, Expr::List(ends.to_vec()));
    }
}

/// The same key for both tunnels, and nothing old to agree on.
fn tunnel_options(body: &mut Body, gateway: &ResolvedResource, tunnel: u8) {
    if let Some(key) = gateway.text("pre-shared-key") {
        body.set(&format!("tunnel{tunnel}_preshared_key"), Expr::text_or_secret(key));
    }
    let texts = |all: &[&str]| Expr::List(all.iter().map(|one| (*one).into()).collect());
    body.set(&format!("tunnel{tunnel}_ike_versions"), texts(&joined::IKE_VERSIONS));
    for phase in ["phase1", "phase2"] {
        let name = |what: &str| format!("tunnel{tunnel}_{phase}_{what}");
        let groups = joined::DH_GROUPS.iter().map(|group| (*group).into()).collect();
        body.set(&name("dh_group_numbers"), Expr::List(groups));
        body.set(&name("encryption_algorithms"), texts(&joined::ENCRYPTION));
        body.set(&name("integrity_algorithms"), texts(&joined::INTEGRITY));
    }
}

const DX_ASSOCIATION: &str = "aws_dx_gateway_association";

/// A line: the port, the gateway behind it, and what it leads to.
pub fn dedicated_link<'a>(sheet: &mut Sheet<'a>, line: &'a ResolvedResource) {
    let facts = sheet.facts;
    let Some((near, end)) = near_end(sheet, line) else { return };
    let name = facts.name(&line.id, 100);
    let port = sheet.resource(File::Network, line, "aws_dx_connection", "", |body| {
        body.set("name", name.as_str()).set("bandwidth", joined::bandwidth(line));
        body.set("location", line.text("meeting-point").unwrap_or_default());
        body.set_some("provider_name", line.text("carrier"));
        body.set("tags", tags(line, line.title.as_str().into()));
    });
    let gateway = sheet.resource(File::Network, line, "aws_dx_gateway", "", |body| {
        body.set("name", name.as_str());
        body.set("amazon_side_asn", line.integer("asn").unwrap_or(64514).to_string());
    });
    let on_hub = near == "transit_gateway_id";
    let ranges = on_hub.then(|| networks_behind(sheet, line)).filter(|ranges| !ranges.is_empty());
    sheet.resource(File::Network, line, DX_ASSOCIATION, "", |body| {
        body.set("dx_gateway_id", code(format!("{gateway}.id")));
        body.set("associated_gateway_id", code(end));
        body.set_some("allowed_prefixes", ranges.map(Expr::List));
    });
    let interface = if on_hub {
        "aws_dx_transit_virtual_interface"
    } else {
        "aws_dx_private_virtual_interface"
    };
    sheet.resource(File::Network, line, interface, "", |body| {
        body.set("connection_id", code(format!("{port}.id")));
        body.set("dx_gateway_id", code(format!("{gateway}.id")));
        body.set("name", name.as_str()).set("vlan", line.integer("vlan").unwrap_or(100));
        body.set("address_family", "ipv4");
        body.set("bgp_asn", line.integer("site-asn").unwrap_or(65000));
        body.set("tags", tags(line, line.title.as_str().into()));
    });
}

/// Ranges of the networks that a line on a hub leads to: what it tells the site.
fn networks_behind(sheet: &Sheet<'_>, line: &ResolvedResource) -> Vec<Expr> {
    let Some((hub, link)) = joined::hub_of(sheet.facts, &line.id) else { return Vec::new() };
    let all = joined::attached(sheet.facts, &hub.id);
    let Some(own) = all.iter().find(|one| one.link.id == link.id) else { return Vec::new() };
    let others = all.iter().filter(|one| one.what.kind == "network" && one.shares_with(own));
    others.map(|one| code(format!("{}.cidr_block", address(one.what, "aws_vpc")))).collect()
}
