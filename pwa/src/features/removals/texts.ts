/** The words of rubbish removal on the phone. */
import type { Phrase } from '../../kernel/languages.ts'
import type { RemovalRegistered } from '../../schemas.gen.ts'

export type WasteKind = RemovalRegistered['waste']
export type Unit = 'bin' | 'car' | 'kg' | 'ton' | 'cubic' | 'item'

export const units: Record<Unit, Phrase> = {
  bin: { zh: '桶', en: 'bins' },
  car: { zh: '车', en: 'loads' },
  kg: { zh: '公斤', en: 'kg' },
  ton: { zh: '吨', en: 't' },
  cubic: { zh: '立方米', en: 'm³' },
  item: { zh: '件', en: 'pieces' },
}

/** Each kind with the unit in which it is usually told. */
export const wasteKinds: Record<WasteKind, { words: Phrase; unit: Unit }> = {
  household: { words: { zh: '生活垃圾', en: 'Household' }, unit: 'bin' },
  kitchen: { words: { zh: '厨余垃圾', en: 'Kitchen' }, unit: 'bin' },
  recyclable: { words: { zh: '可回收物', en: 'Recyclable' }, unit: 'kg' },
  hazardous: { words: { zh: '有害垃圾', en: 'Hazardous' }, unit: 'kg' },
  bulky: { words: { zh: '大件垃圾', en: 'Bulky' }, unit: 'item' },
  construction: { words: { zh: '装修垃圾', en: 'Building rubble' }, unit: 'car' },
  grease: { words: { zh: '隔油池油污', en: 'Grease trap' }, unit: 'bin' },
  septic: { words: { zh: '化粪池清掏', en: 'Septic tank' }, unit: 'car' },
}

export const texts = {
  removal: { zh: '清运登记', en: 'Rubbish removal' },
  site: { zh: '项目', en: 'Site' },
  what: { zh: '清运了什么？', en: 'What was taken away?' },
  other_kind: { zh: '换一种', en: 'Another kind' },
  how_much: { zh: '数量', en: 'How much' },
  unit: { zh: '单位', en: 'Unit' },
  point: { zh: '小数点', en: 'Decimal point' },
  delete: { zh: '删除一位', en: 'Delete a digit' },
  hauler: { zh: '清运单位', en: 'Hauler' },
  vehicle: { zh: '车牌', en: 'Vehicle' },
  by: { zh: '清运单位、车牌', en: 'Hauler and vehicle' },
  by_last: { zh: '同上次：{words}', en: 'As the last time: {words}' },
  by_none: { zh: '（可不填）', en: '(optional)' },
  save: { zh: '保存', en: 'Save' },
  save_what: { zh: '保存：{waste} {quantity} {unit}', en: 'Save: {waste}, {quantity} {unit}' },
  saved: { zh: '已保存在本机：{waste} {quantity} {unit}', en: 'Saved on this phone: {waste}, {quantity} {unit}' },
  photo: { zh: '拍车或单据（可不拍）', en: 'Photo of the vehicle or slip (optional)' },
  photo_saved: { zh: '照片 {n} 张', en: '{n} photos' },
  another: { zh: '再登记一车', en: 'Register another' },
  last: { zh: '最近登记', en: 'Registered lately' },
  none: { zh: '本机还没有清运记录。', en: 'No removal on this phone yet.' },
  no_site: { zh: '您在任何项目都不能登记清运，请告诉办公室。', en: 'You may register removals at no site; tell the office.' },
  not_saved: { zh: '没有保存', en: 'It was not saved' },
  not_saved_app: { zh: '留着您填的内容', en: 'kept what you entered' },
  opening: { zh: '正在打开…', en: 'Opening…' },
  not_read: { zh: '本机的清运记录打不开', en: 'The removals on this phone cannot be opened' },
  not_read_app: { zh: '没有改动任何记录', en: 'changed no record' },
} as const satisfies Record<string, Phrase>
