import { part } from './part';

part('unit', 6);
