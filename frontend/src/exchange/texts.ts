/** The texts of exporting and importing, which come with their dialog. */
import { addTexts } from '../core/i18n';
import en from '../locales/exchange.en.json';
import ko from '../locales/exchange.ko.json';

addTexts(en, ko);
