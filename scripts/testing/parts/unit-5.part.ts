import { part } from './part';

part('unit', 5);
