import { part } from './part';

part('db', 13);
