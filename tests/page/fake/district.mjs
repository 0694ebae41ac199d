// A made-up district for the fake node: three levels of units, five offices, people in them.

const OFFICES = [
  { id: 'o1', slug: 'upravlenie', name: 'Управление (Ханты-Мансийск)' },
  { id: 'o2', slug: 'surgut', name: 'Отделение по г. Сургут' },
  { id: 'o3', slug: 'nyagan', name: 'Отделение по г. Нягань' },
  { id: 'o4', slug: 'beryozovo', name: 'Отделение по Берёзовскому району' },
  { id: 'o5', slug: 'uray', name: 'Отделение по г. Урай' },
];

const UNITS = [
  { id: 'u1', parent: null, name: 'Руководство', offices: ['o1', 'o2', 'o3', 'o4', 'o5'] },
  { id: 'u2', parent: null, name: 'Организационный отдел', offices: ['o1'] },
  { id: 'u3', parent: 'u2', name: 'Канцелярия', offices: ['o1', 'o2', 'o3', 'o4'] },
  { id: 'u4', parent: null, name: 'Дежурная служба', offices: ['o1', 'o2', 'o3', 'o4', 'o5'] },
  { id: 'u5', parent: null, name: 'Правовой отдел', offices: ['o1'] },
  { id: 'u6', parent: null, name: 'Отдел исполнения', offices: ['o2', 'o3', 'o4', 'o5'] },
];

/** People are called by what they do and where: nobody's name is made up. */
const PLACES = ['Ёлкино', 'Абрамово', 'Ветрово', 'Дроздово', 'Евсеево', 'Журавлёво', 'Зотово', 'Ильино', 'Кедрово', 'Лосево', 'Морозово',
  'Нестерово', 'Орлово', 'Паново', 'Речкино', 'Соболево', 'Таёжное', 'Уварово', 'Филино', 'Чайкино', 'Шубино', 'Юдино', 'Якимово'];
const CALLED = { u1: 'Руководитель', u2: 'Организатор', u3: 'Канцелярист', u4: 'Дежурный', u5: 'Юрист', u6: 'Исполнитель' };
const POSTS = {
  u1: ['Начальник отделения', 'Заместитель начальника'],
  u2: ['Начальник отдела', 'Главный специалист'],
  u3: ['Заведующая канцелярией', 'Делопроизводитель'],
  u4: ['Оперативный дежурный', 'Помощник дежурного'],
  u5: ['Начальник отдела', 'Юрисконсульт'],
  u6: ['Ведущий инспектор', 'Инспектор', 'Инспектор'],
};

/** The duty officer of an office, as a role: the first person of its duty service has it now. */
function duty(people, office) {
  const holder = people.find((person) => person.office === office && person.unit === 'u4');
  return {
    id: `r${Number(office.slice(1)) * 10_000 + 1}`, title: 'Дежурный по отделению', unit: 'u4', unit_name: 'Дежурная служба', office,
    office_name: OFFICES.find(({ id }) => id === office).name, version: 2, active: true,
    holders: [{ person: holder.id, name: holder.name, from: '2026-11-01T05:00:00.000Z', until: null, now: true }],
  };
}

/** Units, offices and people as `GET /org/tree` tells them; `me` is the first person of the office `here`. */
export function district(here = 'o1') {
  const people = [];
  for (const unit of UNITS) {
    for (const office of unit.offices) {
      for (const position of POSTS[unit.id]) {
        const n = people.length;
        const seat = people.filter((person) => person.office === office).length + 1;
        const id = `p${Number(office.slice(1)) * 10_000 + seat}`;
        people.push({ id, name: `${CALLED[unit.id]} по ${PLACES[(n * 7) % PLACES.length]}`, position, unit: unit.id, office, state: 'serves' });
      }
    }
  }
  const me = people.find((person) => person.office === here && person.unit === 'u3');
  return {
    me,
    units: structuredClone(UNITS),
    offices: OFFICES.map((office) => ({
      ...office,
      units: UNITS.filter((unit) => unit.offices.includes(office.id)).map((unit) => unit.id),
      here: office.id === here,
      link: office.id === here ? 'here' : 'up',
      last_contact: null,
    })),
    people: people.map((person) => ({ ...person, me: person.id === me.id, deputy: null })),
    roles: [duty(people, here)],
  };
}
