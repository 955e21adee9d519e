/** Raw material of believable rows. */
export const firstNames =
  'Ada Alan Amara Anna Arjun Aya Beatriz Ben Carla Chen Clara Daniel Diego Elena Emeka Emma Erik Fatima Felix Grace Hana Hugo Ines Ivan Jana Joel Julia Kai Karim Lena Leo Lin Lucas Maya Mei Mia Nadia Niels Noah Nora Olga Omar Paula Pedro Priya Ravi Rosa Sam Sara Sofia Tariq Tom Uma Vera Viktor Wei Yara Yuki Zoe'.split(
    ' ',
  );
export const lastNames =
  'Adeyemi Ahmed Alvarez Andersen Bauer Becker Brown Castro Chen Costa Cruz Dubois Eriksson Evans Fischer Garcia Gupta Haddad Hansen Hoffmann Ito Ivanova Jensen Johnson Kaya Keller Khan Kim Kowalski Larsen Lee Lopez Martin Meyer Moreau Mueller Nakamura Nguyen Novak Okafor Olsen Patel Petrov Popescu Rossi Russo Sato Schmidt Silva Singh Smith Suzuki Tanaka Torres Wagner Walker Weber Wilson Wong Yilmaz'.split(
    ' ',
  );
export const companyHeads =
  'Acme Alder Amber Apex Arbor Aster Atlas Beacon Birch Blue Bright Cedar Cobalt Copper Coral Crescent Delta Ember Falcon Granite Harbor Hazel Helix Indigo Juniper Keystone Lantern Lumen Maple Meridian Nimbus North Oak Onyx Orchid Pine Quartz Raven River Saffron Sierra Silver Solar Summit Tidal Union Velvet Vertex Willow Zephyr'.split(
    ' ',
  );
export const companyTails =
  'Analytics|Bank|Biotech|Cloud|Components|Consulting|Construction|Dynamics|Energy|Foods|Freight|Health|Holdings|Hotels|Insurance|Labs|Logistics|Machines|Media|Mobility|Networks|Optics|Partners|Pharma|Retail|Robotics|Software|Studios|Systems|Textiles'.split(
    '|',
  );
export const titles =
  'CEO|CFO|CTO|Head of Sales|Head of Marketing|VP Operations|Account Executive|Product Manager|Software Engineer|Data Analyst|Procurement Lead|Office Manager|Customer Success Manager|Controller|Consultant|Student'.split(
    '|',
  );
export const departments = 'Sales|Marketing|Finance|Engineering|Operations|Procurement|Support|Legal'.split('|');
export const streets =
  'Market Street|High Street|Elm Avenue|Station Road|Park Lane|Mill Road|Harbor Drive|Linden Way'.split('|');
/** city|state|postal code|country|latitude|longitude */
export const cities = [
  'San Francisco|CA|94105|United States|37.7898|-122.3942',
  'New York|NY|10001|United States|40.7506|-73.9972',
  'Austin|TX|73301|United States|30.2672|-97.7431',
  'Toronto|ON|M5H 2N2|Canada|43.6511|-79.3832',
  'London||EC2A 4NE|United Kingdom|51.5265|-0.0825',
  'Berlin||10115|Germany|52.5321|13.3849',
  'Paris||75002|France|48.8671|2.3414',
  'São Paulo|SP|01310-100|Brazil|-23.5614|-46.6559',
  'Tokyo||100-0005|Japan|35.6812|139.7671',
  'Sydney|NSW|2000|Australia|-33.8688|151.2093',
  'Bengaluru|KA|560001|India|12.9767|77.5713',
  'Zürich|ZH|8001|Switzerland|47.3717|8.5423',
];
