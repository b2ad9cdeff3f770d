"""The dossier's tables typed by hand, for the reference evaluator alone (section numbers are the dossier's)."""

from __future__ import annotations

# 5.1, typed by hand: territory -> zones a consumer there may live in
ZONES = {
    "metropole": ["Europe/Paris"],
    "alsace-moselle": ["Europe/Paris"],
    "guadeloupe": ["America/Guadeloupe"],
    "saint-barthelemy": ["America/St_Barthelemy"],
    "saint-martin": ["America/Marigot"],
    "martinique": ["America/Martinique"],
    "guyane": ["America/Cayenne"],
    "reunion": ["Indian/Reunion"],
    "miquelon": ["America/Miquelon"],
    "mayotte": ["Indian/Mayotte"],
    "wallis": ["Pacific/Wallis"],
    "polynesie": ["Pacific/Tahiti", "Pacific/Marquesas", "Pacific/Gambier"],
    "caledonie": ["Pacific/Noumea"],
    "terres-australes": [],
}
PACIFIC = ["wallis", "polynesie", "caledonie"]

# 5.1 and FR-TZ, without a postcode
BY_COUNTRY_CODE = {
    "+33": ["metropole", "alsace-moselle"],
    "+590": ["guadeloupe", "saint-barthelemy", "saint-martin"],
    "+594": ["guyane"],
    "+596": ["martinique"],
    "+262": ["reunion", "mayotte"],
    "+508": ["miquelon"],
    "+681": ["wallis"],
    "+687": ["caledonie"],
    "+689": ["polynesie"],
}

# FR-HOLIDAY-REGIONAL
ABOLITION_DAYS = {
    "mayotte": [(4, 27)],
    "martinique": [(5, 22)],
    "guadeloupe": [(5, 27)],
    "saint-martin": [(5, 27), (5, 28)],
    "guyane": [(6, 10)],
    "saint-barthelemy": [(10, 9)],
    "reunion": [(12, 20)],
}

# 5.3, the ranges that need no attestation
NPV = (
    *("+33162", "+33163", "+33270", "+33271", "+33377", "+33378"),
    *("+33424", "+33425", "+33568", "+33569", "+33948", "+33949"),
    *("+5909475", "+5949476", "+5969477", "+2629478", "+2629479"),
)

# 5.4 and FR-CLI-MOBILE; 070 to 072 are refused with the rest of 07, by our own stricter choice
MOBILE = (
    *("+336", "+3370", "+3371", "+3372", "+3373", "+3374", "+3375", "+3376", "+3377", "+3378", "+3379"),
    *("+590690", "+590691", "+5907090", "+594694", "+5947093"),
    *("+596696", "+596697", "+5967091"),
    *("+262692", "+262693", "+2627092", "+262639", "+2627093", "+508708"),
)

# 5.4 and FR-CLI-NPV, "01-05, 09": what a person who commands each call may show besides an NPV
ORDINARY = (
    *("+331", "+332", "+333", "+334", "+335", "+339"),
    *("+590590", "+594594", "+596596", "+262262", "+262263", "+262269", "+50841"),
    *("+5909", "+5949", "+5969", "+2629"),
)

# 5.3 last line and 5.4: new NPV ranges, and numbers kept for platforms and mobiles, wait for an attestation (U-14)
UNATTESTED = (
    *("+5905987", "+5945988", "+5965989", "+2622688", "+2622689"),
    *("+33937", "+33938", "+33939"),
)

# FR-CLI-PREMIUM: 089, 081, 082 and the directory services
SURCHARGED = ("+3381", "+3382", "+3389", "118")
