// Who there is: people, departments, groups, and who is online. A core: questions and news for pages go out by the
// functions that it was made with.

import { isGroup, numberOf } from './conversation.js';
import { UserStatType } from './messages.js';

const hasLeft = 3;
const isDeleted = 1;
const fixed = 1;
const shielded = 1;
/** More are not looked at (GatewayLimits.maxUserIDs). */
const usersPerQuestion = 500;

export class Directory {
  people = new Map();
  departments = new Map();
  groups = new Map();
  online = new Set();
  /** Up to which change the server has told of people and of departments. */
  #peopleStamp = 0;
  #departmentStamp = 0;
  #me = 0;
  /** Whom conversations have named before the server told who there is; `null`: it has. */
  #met = new Set();
  /** Who was asked for since the login: of some the server knows nothing. */
  #asked = new Set();
  #out;

  /** - out: `ask(name, message, answered)`, `tell(event)`, `keep(store, values)`. */
  constructor(out) { this.#out = out; }

  /** What was kept on this device. */
  restore({ people, departments, groups, peopleStamp, departmentStamp }) {
    for (const person of people) this.people.set(person.id, person);
    for (const department of departments) this.departments.set(department.id, department);
    for (const group of groups) this.groups.set(group.id, group);
    this.#peopleStamp = peopleStamp ?? 0;
    this.#departmentStamp = departmentStamp ?? 0;
  }

  forget() {
    for (const name of ['people', 'departments', 'groups', 'online']) this[name].clear();
    this.#peopleStamp = 0;
    this.#departmentStamp = 0;
    this.#met = new Set();
    this.#asked.clear();
  }

  /** - groups: those that are known from conversations; who is in them may have changed. */
  loggedIn(me, groups) {
    this.#me = me;
    // An answer may have been lost with the connection.
    this.#met = new Set([...this.#met ?? [], ...this.#asked]);
    this.#asked.clear();
    this.#out.ask('departmentReq', { userID: me, latestUpdateTime: this.#departmentStamp }, (answer) => {
      this.#toldDepartments(answer);
    });
    this.#out.ask('allUserReq', { userID: me, latestUpdateTime: this.#peopleStamp }, (answer) => {
      this.toldPeople(answer);
      this.#askWhoIsOnline();
      const met = this.#met ?? [];
      this.#met = null;
      this.#askForPeople([...met]);
    });
    this.#out.ask('normalGroupListReq', { userID: me }, ({ groupVersionList }) => {
      this.askForGroups(groupVersionList.map(({ groupID }) => groupID));
    });
    this.askForGroups(groups);
  }

  /** Something was said in these conversations by these people: what nobody knows yet is asked for. */
  meet(keys, people) {
    this.askForGroups(keys.filter(isGroup).map(numberOf).filter((id) => !this.groups.has(id)));
    this.#askForPeople([...keys.filter((key) => !isGroup(key)).map(numberOf), ...people]);
  }

  /** Who has left is in no list of the server: a device that comes later knows only that he has said something. */
  #askForPeople(ids) {
    if (this.#met) {
      for (const id of ids) this.#met.add(id);
      return;
    }
    const unknown = [...new Set(ids)].filter((id) => !this.people.has(id) && !this.#asked.has(id));
    for (let at = 0; at < unknown.length; at += usersPerQuestion) {
      const userIDList = unknown.slice(at, at + usersPerQuestion);
      for (const id of userIDList) this.#asked.add(id);
      this.#out.ask('usersInfoReq', { userID: this.#me, userIDList }, ({ userInfoList }) => {
        this.toldPeople({ userList: userInfoList, latestUpdateTime: 0 });
      });
    }
  }

  askForGroups(ids) {
    if (ids.length === 0) return;
    const groupVersionList = ids.map((groupID) => ({ groupID, version: 0 }));
    this.#out.ask('groupInfoListReq', { userID: this.#me, groupVersionList }, ({ groupInfoList }) => {
      this.#news('groups', groupInfoList.map((info) => ({
        id: info.groupID, name: info.groupName, avatar: info.groupAvatar, creator: info.groupCreatorID,
        isFixed: info.groupType === fixed, isMuted: info.shieldStatus === shielded, members: info.groupMemberList,
      })));
      this.#askForPeople(groupInfoList.flatMap(({ groupMemberList }) => groupMemberList));
    });
  }

  #askWhoIsOnline() {
    const ids = [...this.people.keys()];
    for (let at = 0; at < ids.length; at += usersPerQuestion) {
      const question = { userID: this.#me, userIDList: ids.slice(at, at + usersPerQuestion) };
      this.#out.ask('usersStatReq', question, ({ userStatList }) => this.toldStatus(userStatList));
    }
  }

  toldPeople({ userList, latestUpdateTime }) {
    this.#peopleStamp = Math.max(this.#peopleStamp, latestUpdateTime);
    this.#news('people', userList.map((info) => ({
      id: info.userID, nick: info.userNickName || info.userRealName, name: info.userRealName, domain: info.userDomain,
      avatar: info.avatarURL, department: info.departmentID, email: info.email, phone: info.userTel,
      sign: info.signInfo ?? '', hasLeft: info.status === hasLeft,
    })));
  }

  /** Somebody has changed some of what is known of him; the rest is as before. */
  changed({ changedUserID, telephoneNum, emailAddress, signInfo, avatarURL }) {
    const person = this.people.get(changedUserID);
    if (!person) return;
    const { phone, email, sign, avatar } = person;
    this.#news('people', [{
      ...person, phone: telephoneNum ?? phone, email: emailAddress ?? email, sign: signInfo ?? sign,
      avatar: avatarURL ?? avatar,
    }]);
  }

  #toldDepartments({ deptList, latestUpdateTime }) {
    this.#departmentStamp = Math.max(this.#departmentStamp, latestUpdateTime);
    this.#news('departments', deptList.map((info) => ({
      id: info.deptID, name: info.deptName, parent: info.parentDeptID, priority: info.priority,
      isDeleted: info.deptStatus === isDeleted,
    })));
  }

  toldStatus(list) {
    let hasChanged = false;
    for (const { userID, status } of list) {
      hasChanged ||= this.online.has(userID) !== (status === UserStatType.online);
      if (status === UserStatType.online) this.online.add(userID);
      else this.online.delete(userID);
    }
    if (hasChanged) this.#out.tell({ is: 'online', ids: [...this.online] });
  }

  #news(kind, list) {
    if (list.length === 0) return;
    for (const item of list) this[kind].set(item.id, item);
    this.#out.keep(kind, list);
    this.#out.keep('stamps', [{ peopleStamp: this.#peopleStamp, departmentStamp: this.#departmentStamp }]);
    this.#out.tell({ is: kind, list });
  }
}
