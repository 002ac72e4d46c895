// Who there is: people, departments, groups, and who is online. A core: no clock, no network.

const hasLeft = 3;
const online = 1;

export class Directory {
  people = new Map();
  departments = new Map();
  groups = new Map();
  online = new Set();
  /** Up to which change the server has told of people and of departments. */
  peopleStamp = 0;
  departmentStamp = 0;

  /** What was kept on this device. */
  restore({ people, departments, groups, peopleStamp, departmentStamp }) {
    for (const person of people) this.people.set(person.id, person);
    for (const department of departments) this.departments.set(department.id, department);
    for (const group of groups) this.groups.set(group.id, group);
    this.peopleStamp = peopleStamp ?? 0;
    this.departmentStamp = departmentStamp ?? 0;
  }

  toldPeople(list, stamp) {
    const changed = list.map((info) => this.#toldPerson(info));
    this.peopleStamp = Math.max(this.peopleStamp, stamp ?? 0);
    return changed;
  }

  #toldPerson(info) {
    const person = {
      id: info.userID, nick: info.userNickName || info.userRealName, name: info.userRealName, domain: info.userDomain,
      avatar: info.avatarURL, department: info.departmentID, email: info.email, phone: info.userTel,
      sign: info.signInfo ?? '', gender: info.userGender, hasLeft: info.status === hasLeft,
    };
    this.people.set(person.id, person);
    return person;
  }

  /** Some fields of a person; undefined ones stay. */
  changePerson(id, changes) {
    const person = this.people.get(id);
    if (!person) return [];
    for (const [name, value] of Object.entries(changes)) if (value !== undefined) person[name] = value;
    return [person];
  }

  toldDepartments(list, stamp) {
    this.departmentStamp = Math.max(this.departmentStamp, stamp);
    return list.map((info) => {
      const department = {
        id: info.deptID, name: info.deptName, parent: info.parentDeptID, priority: info.priority,
        isDeleted: info.deptStatus === 1,
      };
      this.departments.set(department.id, department);
      return department;
    });
  }

  toldGroups(list) {
    return list.map((info) => {
      const group = {
        id: info.groupID, version: info.version, name: info.groupName, avatar: info.groupAvatar,
        creator: info.groupCreatorID, isFixed: info.groupType === 1, isMuted: info.shieldStatus === 1,
        members: info.groupMemberList,
      };
      this.groups.set(group.id, group);
      return group;
    });
  }

  /** `true` if that is news. */
  toldStatus(id, status) {
    const isOnline = status === online;
    if (this.online.has(id) === isOnline) return false;
    if (isOnline) this.online.add(id);
    else this.online.delete(id);
    return true;
  }
}
