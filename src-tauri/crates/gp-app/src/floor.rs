//! Racks and cables in the interface's words.

use crate::{
    dto::{AppError, CableDto, CableEndDto, CablesDto, FeedDto, RackDeviceDto, RackDto},
    judged::Judged,
};
use gp_analysis::physical::{
    cables::{self, Cable, End},
    racks::{self, Device, Elevation, Feed, Plugged},
};

/// What fills a rack.
pub fn rack(judged: &Judged, id: &str) -> Result<RackDto, AppError> {
    let rack = racks::one(&judged.resolved, id)
        .ok_or_else(|| AppError::not_found(format!("“{id}” is no rack")))?;
    Ok(RackDto {
        id: rack.rack.to_string(),
        units: rack.units,
        free: rack.free(),
        devices: rack.devices.iter().map(|one| device(&rack, one)).collect(),
        feeds: rack.feeds.iter().map(feed).collect(),
        weight: rack.weight,
        weight_limit: rack.weight_limit,
    })
}

fn device(rack: &Elevation, device: &Device) -> RackDeviceDto {
    RackDeviceDto {
        id: device.id.to_string(),
        title: device.title.clone(),
        kind: device.kind.clone(),
        unit: device.unit,
        height: device.height,
        power: device.power,
        feeds: match device.feeds {
            Plugged::Both => "both",
            Plugged::A => "a",
            Plugged::B => "b",
        }
        .to_owned(),
        room: if device.unit.is_none() { rack.room_for(device) } else { None },
    }
}

fn feed(feed: &Feed) -> FeedDto {
    let Feed { name, capacity, load, alone } = *feed;
    FeedDto { name: name.to_string(), capacity, load, alone }
}

/// The cable schedule.
pub fn cables(judged: &Judged) -> CablesDto {
    let all = cables::schedule(&judged.resolved);
    CablesDto { text: cables::text(&all), cables: all.iter().map(cable).collect() }
}

fn cable(cable: &Cable) -> CableDto {
    let words = [&cable.medium, &cable.length, &cable.color];
    CableDto {
        id: cable.link.to_string(),
        from: end(&cable.from),
        to: end(&cable.to),
        words: words.into_iter().flatten().cloned().collect(),
    }
}

fn end(end: &End) -> CableEndDto {
    let unit = end.unit.map(|unit| format!("U{unit}"));
    CableEndDto {
        id: end.device.to_string(),
        title: end.title.clone(),
        site: end.site.clone(),
        place: [end.rack.clone(), unit].into_iter().flatten().collect(),
        port: end.port.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SKETCH: &str = "site hall \"East hall\"\n  rack r1 units=4 feed-a=1 feed-b=1\n    hypervisor one unit=1 height=2 power=600\n    \
        switch leaf feeds=a\none -> leaf kind=cable from-port=nic1 to-port=7 medium=cat6a length=\"3 m\"\n";

    #[test]
    fn a_rack_says_what_fills_it_and_where_there_is_room_for_the_rest() {
        let judged = crate::judged::judge(
            &gp_testkit::sketch(SKETCH),
            &crate::own_kinds::program(),
            None,
            1,
        );
        let rack = rack(&judged, "r1").unwrap();
        assert_eq!((rack.units, rack.free), (4, 2));
        let said: Vec<_> = rack.devices.iter().map(|d| (d.id.as_str(), d.unit, d.room)).collect();
        assert_eq!(said, [("one", Some(1), None), ("leaf", None, Some(3))]);
        let feeds: Vec<_> = rack.feeds.iter().map(|f| (f.load, f.alone)).collect();
        assert_eq!(feeds, [(450.0, 750.0), (300.0, 600.0)]);
        assert!(super::rack(&judged, "one").is_err());
    }

    #[test]
    fn a_cable_says_where_its_ends_are() {
        let judged = crate::judged::judge(
            &gp_testkit::sketch(SKETCH),
            &crate::own_kinds::program(),
            None,
            1,
        );
        let schedule = cables(&judged);
        let cable = &schedule.cables[0];
        assert_eq!(cable.from.site.as_deref(), Some("East hall"));
        assert_eq!(cable.from.place, ["r1", "U1"]);
        assert_eq!(cable.to.place, ["r1"]);
        assert_eq!(
            (cable.to.port.as_deref(), cable.words.join(" ")),
            (Some("7"), "cat6a 3 m".to_owned())
        );
        assert_eq!(schedule.text.lines().count(), 2);
    }
}
