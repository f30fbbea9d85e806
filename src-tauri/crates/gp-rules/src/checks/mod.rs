//! Checks: always on, they say whether a design makes sense. One file each, which is also the
//! rule's page in the reference. The list is alphabetical; a test compares it with the folder.

mod address_used_twice;
mod appliance_in_few_zones;
mod appliance_line_nothing_meets;
mod appliance_nothing_passes;
mod appliance_without_own_tier;
mod as_number_missing;
mod balancer_without_listeners;
mod balancer_without_targets;
mod blocked_link;
mod broken_intent;
mod cable_end_used_twice;
mod certificate_nobody_shows;
mod cidr_outside_network;
mod cidr_with_host_bits;
mod count_with_fixed_address;
mod cyclic_parents;
mod cyclic_variable;
mod dangling_reference;
mod dependency_cycle;
mod desired_outside_bounds;
mod duplicate_record;
mod duplicate_service_port;
mod empty_container;
pub(crate) mod expired_waiver;
mod fabrics_joined;
mod failover_without_pair;
mod firewall_line_to_nothing;
mod fixed_address_outside_subnet;
mod forward_in_circles;
mod forward_without_effect;
mod guard_of_nothing;
mod health_check_nobody_answers;
mod hub_group_of_one;
mod hub_in_other_region;
mod hub_without_way_out;
mod hypervisor_without_memory;
mod identity_nobody_takes;
mod identity_open_to_every_branch;
mod image_not_in_registry;
mod image_of_other_system;
mod intent_to_nothing;
mod intent_without_end_points;
mod internet_in_private_tier;
mod ipv6_said_both_ways;
mod key_without_effect;
mod link_over_ipv4_only;
mod link_to_itself;
mod link_to_nothing;
mod link_to_silent_port;
mod link_without_meaning;
mod listener_without_service;
mod location_not_on_provider;
mod malformed_id;
mod mention_of_nothing;
mod misplaced_secret;
mod missing_attribute;
mod missing_parent;
mod name_hidden_by_forward;
mod name_with_control_characters;
mod no_counterpart;
mod no_room_for_range;
mod open_over_ipv6_only;
mod overlapping_cidrs;
mod override_not_possible;
mod override_of_nothing;
mod pipeline_with_long_lived_key;
mod pipeline_without_identity;
mod pods_in_other_network;
mod port_out_of_range;
mod power_feed_overloaded;
mod private_address_in_public_zone;
mod quota_passed;
mod rack_overweight;
mod rack_units_overlap;
mod raw_of_other_provider;
mod record_loop;
mod record_to_nothing;
mod record_without_address;
mod redirect_to_nothing;
mod region_not_on_provider;
mod region_of_nothing;
mod replica_cannot_follow;
mod resolver_nobody_asks;
mod secret_in_design;
mod shadowed_firewall_line;
mod site_address_not_public;
mod site_without_address;
mod slow_function_on_queue;
mod standby_in_one_zone;
mod storage_path_on_one_fabric;
mod storage_pool_overfull;
mod subnet_full;
mod tier_over_two_sites;
mod too_few_zones;
mod unattached_volume;
mod unfit_cable;
mod unfit_line;
mod unfit_link_value;
mod unfit_raw;
mod unfit_setting;
mod unfit_value;
mod unit_outside_rack;
mod unknown_address_at_site;
mod unknown_attribute;
mod unknown_kind;
mod unknown_service;
mod unmet_need;
mod unreadable_variable;
mod unset_variable;
mod vlan_not_on_switch;
mod vlan_used_twice;
mod volume_in_other_zone;
mod waiver_for_nothing;
mod windows_in_lab;
mod write_to_replica;
mod wrong_parent;
mod zone_not_in_region;

#[cfg(test)]
mod tests;

use crate::Rule;

/// All checks.
pub static CHECKS: &[&Rule] = &[
    &address_used_twice::RULE,
    &appliance_in_few_zones::RULE,
    &appliance_line_nothing_meets::RULE,
    &appliance_nothing_passes::RULE,
    &appliance_without_own_tier::RULE,
    &as_number_missing::RULE,
    &balancer_without_listeners::RULE,
    &balancer_without_targets::RULE,
    &blocked_link::RULE,
    &broken_intent::RULE,
    &cable_end_used_twice::RULE,
    &certificate_nobody_shows::RULE,
    &cidr_outside_network::RULE,
    &cidr_with_host_bits::RULE,
    &count_with_fixed_address::RULE,
    &cyclic_parents::RULE,
    &cyclic_variable::RULE,
    &dangling_reference::RULE,
    &dependency_cycle::RULE,
    &desired_outside_bounds::RULE,
    &duplicate_record::RULE,
    &duplicate_service_port::RULE,
    &empty_container::RULE,
    &expired_waiver::RULE,
    &fabrics_joined::RULE,
    &failover_without_pair::RULE,
    &firewall_line_to_nothing::RULE,
    &fixed_address_outside_subnet::RULE,
    &forward_in_circles::RULE,
    &forward_without_effect::RULE,
    &guard_of_nothing::RULE,
    &health_check_nobody_answers::RULE,
    &hub_group_of_one::RULE,
    &hub_in_other_region::RULE,
    &hub_without_way_out::RULE,
    &hypervisor_without_memory::RULE,
    &identity_nobody_takes::RULE,
    &identity_open_to_every_branch::RULE,
    &image_not_in_registry::RULE,
    &image_of_other_system::RULE,
    &intent_to_nothing::RULE,
    &intent_without_end_points::RULE,
    &internet_in_private_tier::RULE,
    &ipv6_said_both_ways::RULE,
    &key_without_effect::RULE,
    &link_over_ipv4_only::RULE,
    &link_to_itself::RULE,
    &link_to_nothing::RULE,
    &link_to_silent_port::RULE,
    &link_without_meaning::RULE,
    &listener_without_service::RULE,
    &location_not_on_provider::RULE,
    &malformed_id::RULE,
    &mention_of_nothing::RULE,
    &misplaced_secret::RULE,
    &missing_attribute::RULE,
    &missing_parent::RULE,
    &name_hidden_by_forward::RULE,
    &name_with_control_characters::RULE,
    &no_counterpart::RULE,
    &no_room_for_range::RULE,
    &open_over_ipv6_only::RULE,
    &overlapping_cidrs::RULE,
    &override_not_possible::RULE,
    &override_of_nothing::RULE,
    &pipeline_with_long_lived_key::RULE,
    &pipeline_without_identity::RULE,
    &pods_in_other_network::RULE,
    &port_out_of_range::RULE,
    &power_feed_overloaded::RULE,
    &private_address_in_public_zone::RULE,
    &quota_passed::RULE,
    &rack_overweight::RULE,
    &rack_units_overlap::RULE,
    &raw_of_other_provider::RULE,
    &record_loop::RULE,
    &record_to_nothing::RULE,
    &record_without_address::RULE,
    &redirect_to_nothing::RULE,
    &region_not_on_provider::RULE,
    &region_of_nothing::RULE,
    &replica_cannot_follow::RULE,
    &resolver_nobody_asks::RULE,
    &secret_in_design::RULE,
    &shadowed_firewall_line::RULE,
    &site_address_not_public::RULE,
    &site_without_address::RULE,
    &slow_function_on_queue::RULE,
    &standby_in_one_zone::RULE,
    &storage_path_on_one_fabric::RULE,
    &storage_pool_overfull::RULE,
    &subnet_full::RULE,
    &tier_over_two_sites::RULE,
    &too_few_zones::RULE,
    &unattached_volume::RULE,
    &unfit_cable::RULE,
    &unfit_line::RULE,
    &unfit_link_value::RULE,
    &unfit_raw::RULE,
    &unfit_setting::RULE,
    &unfit_value::RULE,
    &unit_outside_rack::RULE,
    &unknown_address_at_site::RULE,
    &unknown_attribute::RULE,
    &unknown_kind::RULE,
    &unknown_service::RULE,
    &unmet_need::RULE,
    &unreadable_variable::RULE,
    &unset_variable::RULE,
    &vlan_not_on_switch::RULE,
    &vlan_used_twice::RULE,
    &volume_in_other_zone::RULE,
    &waiver_for_nothing::RULE,
    &windows_in_lab::RULE,
    &write_to_replica::RULE,
    &wrong_parent::RULE,
    &zone_not_in_region::RULE,
];

/// What most checks need, and the short ways to write their fixes.
mod prelude {
    pub(super) use crate::{
        Cases, Check, Facts, Near, Reads, Rule,
        facts::{RANGES, cidr, range},
        words::{both, called},
    };
    pub(super) use gp_catalog::resolved::{Origin, ResolvedLink, ResolvedResource};
    pub(super) use gp_model::{Diagnostic, Edit, Fix, Id, LinkKind, Place, Severity, Table, Value};

    /// Sets one neutral attribute.
    pub(super) fn set(resource: &Id, attribute: &str, value: Value) -> Edit {
        Edit::SetAttribute { resource: resource.clone(), path: vec![attribute.to_owned()], value }
    }

    /// Takes one neutral attribute away.
    pub(super) fn unset(resource: &Id, attribute: &str) -> Edit {
        Edit::UnsetAttribute { resource: resource.clone(), path: vec![attribute.to_owned()] }
    }

    /// The resource that a finding is about.
    pub(super) fn resource_at<'a>(
        facts: &Facts<'a>,
        found: &Diagnostic,
    ) -> Option<&'a ResolvedResource> {
        match &found.place {
            Place::Resource { id, .. } => facts.resource(id),
            _ => None,
        }
    }

    /// Adds a fix.
    pub(super) fn offer(found: &mut Diagnostic, title: impl Into<String>, edit: Edit) {
        found.fixes.push(Fix { title: title.into(), edit });
    }

    /// Whether somebody wrote this value, here or for this environment.
    pub(super) fn is_set(resource: &ResolvedResource, attribute: &str) -> bool {
        resource
            .attributes
            .get(attribute)
            .is_some_and(|a| matches!(a.origin, Origin::Set | Origin::Override { .. }))
    }
}
